// The interpreter: walks the operator table and calls each record's kernel. A record is {kernel's place in the function
// table, length in words, the kernel's own words …}.
#include "kernel.h"

float *scratch;
static int step; // of `run_steps`

__attribute__((export_name("set_scratch"))) void set_scratch(float *at) { scratch = at; }

__attribute__((export_name("run"))) void run(const int32_t *table, int count) {
  for (; count > 0; count--) {
    ((void (*)(const int32_t *))table[0])(table + 2);
    table += table[1];
  }
}

// Runs the table for steps 0 to `steps` − 1; `feed` and `collect` in it move each step's inputs and outputs.
__attribute__((export_name("run_steps"))) void run_steps(const int32_t *table, int count, int steps) {
  for (step = 0; step < steps; step++) run(table, count);
}

typedef struct {
  float *to;
  const float *from;
  int count;
} Copy;

KERNEL(feed, Copy) { copy_words(r->to, r->from + step * r->count, r->count); }
KERNEL(collect, Copy) { copy_words(r->to + step * r->count, r->from, r->count); }
KERNEL(copy, Copy) { copy_words(r->to, r->from, r->count); }
