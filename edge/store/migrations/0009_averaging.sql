CREATE TABLE `averaging_updates` (
	`workspace` text NOT NULL,
	`lead` text NOT NULL,
	`round` integer NOT NULL,
	`participant` text NOT NULL,
	`rows` integer NOT NULL,
	`statistics` integer NOT NULL,
	`loss` real,
	`validation_rows` integer,
	`weights` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`workspace`, `lead`, `round`, `participant`),
	FOREIGN KEY (`workspace`,`lead`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `averagings` (
	`workspace` text NOT NULL,
	`lead` text NOT NULL,
	`members` text NOT NULL,
	`options` text NOT NULL,
	`rules` text NOT NULL,
	`round` integer DEFAULT 0 NOT NULL,
	`standing` text NOT NULL,
	`closing_until` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`workspace`, `lead`),
	FOREIGN KEY (`workspace`,`lead`) REFERENCES `runs`(`workspace`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `runs` ADD `team` text;