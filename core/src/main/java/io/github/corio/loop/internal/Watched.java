package io.github.corio.loop.internal;

/** What ends when its Scheduler does: {@link Rescue} looks whether that is so. */
interface Watched {
    /** Says whether the Scheduler will never run anything again. Any thread. */
    boolean gone();

    /** Closes what its Scheduler has left behind, unless somebody is at work on it who will see that. Any thread. */
    void closeAbandoned();
}
