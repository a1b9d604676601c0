CREATE TABLE `sweeps` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`project` text NOT NULL,
	`name` text NOT NULL,
	`dataset_version` text NOT NULL,
	`model` text NOT NULL,
	`search` text NOT NULL,
	`queue` text NOT NULL,
	`price_per_hour` real,
	`state` text NOT NULL,
	`message` text,
	`created_at` text NOT NULL,
	`ended_at` text,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`project`) REFERENCES `projects`(`workspace`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace`,`dataset_version`) REFERENCES `dataset_versions`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sweeps_by_project` ON `sweeps` (`workspace`,`project`,`id`);--> statement-breakpoint
CREATE INDEX `sweeps_by_state` ON `sweeps` (`workspace`,`state`);--> statement-breakpoint
CREATE TABLE `trials` (
	`workspace` text NOT NULL,
	`sweep` text NOT NULL,
	`number` integer NOT NULL,
	`template` text,
	`parameters` text NOT NULL,
	`epochs` integer,
	`from` integer,
	`run` text NOT NULL,
	`pruned` integer DEFAULT false NOT NULL,
	`problem` text,
	`measures` text NOT NULL,
	PRIMARY KEY(`workspace`, `sweep`, `number`),
	FOREIGN KEY (`workspace`,`sweep`) REFERENCES `sweeps`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `trials_by_run` ON `trials` (`workspace`,`run`);--> statement-breakpoint
ALTER TABLE `runs` ADD `sweep` text;