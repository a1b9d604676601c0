CREATE TABLE `idempotency_keys` (
	`workspace` text NOT NULL,
	`token` text NOT NULL,
	`key` text NOT NULL,
	`endpoint` text NOT NULL,
	`fingerprint` text NOT NULL,
	`id` text NOT NULL,
	`busy_until` integer,
	`status` integer,
	`location` text,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`workspace`, `token`, `key`),
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`workspace`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_by_expiry` ON `idempotency_keys` (`workspace`,`endpoint`,`expires_at`);--> statement-breakpoint
CREATE TABLE `prediction_jobs` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`endpoint` text NOT NULL,
	`request_id` text NOT NULL,
	`state` text NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`batch` text,
	`progress` text,
	`error` text,
	`callback` text,
	`delivery` text,
	`delivery_attempts` integer DEFAULT 0 NOT NULL,
	`delivery_due_at` integer,
	`delivery_error` text,
	`created_at` text NOT NULL,
	`started_at` text,
	`ended_at` text,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`workspace`, `id`),
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`workspace`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `prediction_jobs_by_due` ON `prediction_jobs` (`workspace`,`endpoint`,`due_at`);--> statement-breakpoint
CREATE TABLE `webhook_secrets` (
	`workspace` text NOT NULL,
	`endpoint` text NOT NULL,
	`secret` text NOT NULL,
	PRIMARY KEY(`workspace`, `endpoint`),
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`workspace`) ON UPDATE no action ON DELETE no action
);
