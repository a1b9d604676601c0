ALTER TABLE `prediction_jobs` ADD `worker` text DEFAULT 'edge' NOT NULL;--> statement-breakpoint
ALTER TABLE `prediction_jobs` ADD `runner` text;--> statement-breakpoint
CREATE INDEX `prediction_jobs_by_worker` ON `prediction_jobs` (`workspace`,`worker`,`due_at`);