package io.github.corio.testing;

/** What the driver of virtual time knows about threads that are not the test's. */
interface Outside {
    /** There is none. */
    Outside NOTHING = new Outside() {
        @Override
        public boolean mayAnswerBefore(long seen) {
            return false;
        }

        @Override
        public long patienceNanos() {
            return 0;
        }
    };

    /**
     * Called when time is about to jump. Waits, in real time, if something is awaited that such a thread may be about to answer.
     *
     * @param seen the number of the news when there was nothing to do
     * @return true if there may be something to do now; false if time may jump
     */
    boolean mayAnswerBefore(long seen);

    /** How long a blocking call may be parked without a limit before time passes without it. */
    long patienceNanos();
}
