CREATE TABLE `dataset_versions` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`dataset` text NOT NULL,
	`version` integer NOT NULL,
	`format` text NOT NULL,
	`sha256` text NOT NULL,
	`size` integer NOT NULL,
	`profile` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`dataset`) REFERENCES `datasets`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `dataset_versions_by_version` ON `dataset_versions` (`workspace`,`dataset`,`version`);--> statement-breakpoint
CREATE UNIQUE INDEX `dataset_versions_by_content` ON `dataset_versions` (`workspace`,`dataset`,`sha256`,`format`);--> statement-breakpoint
CREATE INDEX `dataset_versions_by_sha256` ON `dataset_versions` (`workspace`,`sha256`);--> statement-breakpoint
CREATE TABLE `datasets` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`project` text NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`project`) REFERENCES `projects`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_by_name` ON `datasets` (`workspace`,`project`,`name`);--> statement-breakpoint
CREATE TABLE `deployments` (
	`workspace` text NOT NULL,
	`endpoint` text NOT NULL,
	`model_version` text NOT NULL,
	`traffic` integer NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`workspace`, `endpoint`, `model_version`),
	FOREIGN KEY (`workspace`,`endpoint`) REFERENCES `endpoints`(`workspace`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace`,`model_version`) REFERENCES `model_versions`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `endpoints` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`project` text NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`project`) REFERENCES `projects`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoints_by_name` ON `endpoints` (`workspace`,`name`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`run` text NOT NULL,
	`on` text NOT NULL,
	`state` text NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	`holder` text,
	`runner` text,
	`lease_expires_at` integer,
	`checkpoint` text,
	`artifact` text,
	`queued_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`run`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_by_run` ON `jobs` (`workspace`,`run`);--> statement-breakpoint
CREATE INDEX `jobs_by_state` ON `jobs` (`workspace`,`on`,`state`,`queued_at`);--> statement-breakpoint
CREATE TABLE `metric_points` (
	`workspace` text NOT NULL,
	`run` text NOT NULL,
	`split` text NOT NULL,
	`name` text NOT NULL,
	`step` integer NOT NULL,
	`epoch` real NOT NULL,
	`value` real NOT NULL,
	PRIMARY KEY(`workspace`, `run`, `split`, `name`, `step`),
	FOREIGN KEY (`workspace`,`run`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `model_aliases` (
	`workspace` text NOT NULL,
	`model` text NOT NULL,
	`alias` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`workspace`, `model`, `alias`),
	FOREIGN KEY (`workspace`,`model`) REFERENCES `models`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `model_versions` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`model` text NOT NULL,
	`version` integer NOT NULL,
	`run` text NOT NULL,
	`artifact` text NOT NULL,
	`size` integer NOT NULL,
	`metrics` text NOT NULL,
	`inputs` text NOT NULL,
	`output` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`model`) REFERENCES `models`(`workspace`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace`,`run`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `model_versions_by_version` ON `model_versions` (`workspace`,`model`,`version`);--> statement-breakpoint
CREATE INDEX `model_versions_by_artifact` ON `model_versions` (`workspace`,`artifact`);--> statement-breakpoint
CREATE TABLE `models` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`project` text NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`project`) REFERENCES `projects`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `models_by_name` ON `models` (`workspace`,`project`,`name`);--> statement-breakpoint
CREATE TABLE `pipeline_versions` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`pipeline` text NOT NULL,
	`version` integer NOT NULL,
	`hash` text NOT NULL,
	`spec` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`pipeline`) REFERENCES `pipelines`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pipeline_versions_by_version` ON `pipeline_versions` (`workspace`,`pipeline`,`version`);--> statement-breakpoint
CREATE UNIQUE INDEX `pipeline_versions_by_hash` ON `pipeline_versions` (`workspace`,`pipeline`,`hash`);--> statement-breakpoint
CREATE TABLE `pipelines` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`project` text NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`project`) REFERENCES `projects`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pipelines_by_name` ON `pipelines` (`workspace`,`project`,`name`);--> statement-breakpoint
CREATE TABLE `projects` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`workspace`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_by_name` ON `projects` (`workspace`,`name`);--> statement-breakpoint
CREATE TABLE `runners` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`device` text NOT NULL,
	`last_seen_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`workspace`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`project` text NOT NULL,
	`name` text NOT NULL,
	`dataset_version` text NOT NULL,
	`pipeline_version` text NOT NULL,
	`model` text NOT NULL,
	`on` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`message` text,
	`stop_requested` integer DEFAULT false NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`device` text,
	`progress` text,
	`metrics` text,
	`artifact` text,
	`model_version` text,
	`job` text NOT NULL,
	`created_at` text NOT NULL,
	`started_at` text,
	`ended_at` text,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`,`project`) REFERENCES `projects`(`workspace`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace`,`dataset_version`) REFERENCES `dataset_versions`(`workspace`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace`,`pipeline_version`) REFERENCES `pipeline_versions`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `runs_by_project` ON `runs` (`workspace`,`project`,`id`);--> statement-breakpoint
CREATE INDEX `runs_by_dataset` ON `runs` (`workspace`,`dataset_version`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`endpoint` text,
	`hash` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`workspace`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_by_hash` ON `tokens` (`hash`);--> statement-breakpoint
CREATE TABLE `workspaces` (
	`workspace` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL
);
