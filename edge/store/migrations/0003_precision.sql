ALTER TABLE `deployments` ADD `precision` text DEFAULT 'float32' NOT NULL;--> statement-breakpoint
ALTER TABLE `model_versions` ADD `precisions` text;