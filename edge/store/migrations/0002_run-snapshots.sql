CREATE TABLE `run_snapshots` (
	`workspace` text NOT NULL,
	`run` text NOT NULL,
	`step` integer NOT NULL,
	`snapshot` text NOT NULL,
	PRIMARY KEY(`workspace`, `run`, `step`),
	FOREIGN KEY (`workspace`,`run`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `runs` ADD `memory_bytes` integer;