CREATE TABLE `job_attempts` (
	`workspace` text NOT NULL,
	`job` text NOT NULL,
	`fence` integer NOT NULL,
	`runner` text,
	`device` text NOT NULL,
	`started_at` text NOT NULL,
	`ended_at` text,
	`ending` text,
	`reason` text,
	PRIMARY KEY(`workspace`, `job`, `fence`),
	FOREIGN KEY (`workspace`,`job`) REFERENCES `jobs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `job_attempts_by_runner` ON `job_attempts` (`workspace`,`runner`,`started_at`);--> statement-breakpoint
CREATE INDEX `job_attempts_by_start` ON `job_attempts` (`workspace`,`started_at`);--> statement-breakpoint
CREATE TABLE `job_dependencies` (
	`workspace` text NOT NULL,
	`job` text NOT NULL,
	`run` text NOT NULL,
	PRIMARY KEY(`workspace`, `job`, `run`),
	FOREIGN KEY (`workspace`,`job`) REFERENCES `jobs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace`,`run`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `job_dependencies_by_run` ON `job_dependencies` (`workspace`,`run`);--> statement-breakpoint
CREATE TABLE `log_lines` (
	`workspace` text NOT NULL,
	`job` text NOT NULL,
	`fence` integer NOT NULL,
	`line` integer NOT NULL,
	`at` text NOT NULL,
	`level` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`workspace`, `job`, `fence`, `line`),
	FOREIGN KEY (`workspace`,`job`) REFERENCES `jobs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
DROP INDEX `jobs_by_state`;--> statement-breakpoint
ALTER TABLE `jobs` ADD `project` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `lane` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `priority` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `requires` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `dataset_bytes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `not_before` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `max_attempts` integer DEFAULT 5 NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `losses` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `timeout_ms` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `deadline` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `checkpoint_steps` integer;--> statement-breakpoint
CREATE INDEX `jobs_by_lane` ON `jobs` (`workspace`,`on`,`state`,`lane`,"priority" DESC,`queued_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_project` ON `jobs` (`workspace`,`state`,`project`);--> statement-breakpoint
ALTER TABLE `runners` ADD `capabilities` text;--> statement-breakpoint
ALTER TABLE `runners` ADD `usage` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
UPDATE `jobs` SET
	`project` = (SELECT `project` FROM `runs` WHERE `runs`.`workspace` = `jobs`.`workspace` AND `runs`.`id` = `jobs`.`run`),
	`lane` = (SELECT `project` FROM `runs` WHERE `runs`.`workspace` = `jobs`.`workspace` AND `runs`.`id` = `jobs`.`run`);
