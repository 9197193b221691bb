package io.github.corio.sync;

/** A subscriber that holds a permit while its source runs, and closes that when it is cancelled. */
interface Scope {}
