package io.github.corio.bridge;

import org.jspecify.annotations.Nullable;

/** Where the one outcome of a call goes, whatever the shape of its callback. Thread-safe; never throws. */
interface Outcome<T> {
    void success(@Nullable T value);

    /** A failure, also if the client has no error to give. */
    void failure(@Nullable Throwable error);

    /** An error that can only mean that the call was cancelled: false if it is not known to have been, and nothing is done. */
    boolean answersCancel(Throwable error);

    /** Says whether a value that comes too late has somewhere to go. */
    boolean wantsLateValue();

    /** An error beside a value makes it a failure, and the value one that nobody will have. */
    void either(@Nullable T value, @Nullable Throwable error);
}
