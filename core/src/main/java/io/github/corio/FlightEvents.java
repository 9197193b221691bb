package io.github.corio;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** What Corio gives to the JDK's flight recorder. Each is off until a recording enables it by its name. */
final class FlightEvents {
    private static final String PREFIX = "io.github.corio.";

    private FlightEvents() {}

    @Name(PREFIX + "Task")
    @Label("Task")
    @Category("Corio")
    @Description("A task from its start to its end")
    @Enabled(false)
    @StackTrace(false)
    static final class TaskEvent extends Event {
        @Label("Task")
        @Description("Its number in this JVM")
        long task;

        @Label("Name")
        String name = "";

        @Label("Loop")
        String loop = "";

        @Label("Outcome")
        @Description("succeeded, failed or cancelled")
        String outcome = "";

        @Label("Error")
        @Description("The class of the error that the task has failed with")
        String error = "";

        @Label("Started By")
        @Description("The number of the task that has started it, 0 if it was none")
        long startedBy;
    }

    @Name(PREFIX + "Await")
    @Label("Await")
    @Category("Corio")
    @Description("A task waits")
    @Enabled(false)
    @Threshold("10 ms")
    @StackTrace(false)
    static final class AwaitEvent extends Event {
        @Label("Task")
        @Description("Its number in this JVM")
        long task;

        @Label("Name")
        String name = "";

        @Label("Loop")
        String loop = "";

        @Label("Waits For")
        String waitsFor = "";

        @Label("Cancelled")
        boolean cancelled;

        @Label("Woken By")
        @Description("The task, the timer or the thread that has ended the wait, as far as that is known")
        String wokenBy = "";

        @Label("Woken By Task")
        @Description("The number of that task, 0 if it was none")
        long wokenByTask;

        @Label("Ready For")
        @Description("How long the task was ready before it went on: the last part of its wait")
        @Timespan(Timespan.NANOSECONDS)
        long readyFor;
    }

    @Name(PREFIX + "SlowCallback")
    @Label("Slow Callback")
    @Category("Corio")
    @Description("A task or a callback holds its loop")
    @Enabled(false)
    @Threshold("100 ms")
    @StackTrace(false)
    static final class SlowCallbackEvent extends Event {
        @Label("Callback")
        @Description("The name of the task, or the class of the callback")
        String callback = "";

        @Label("Task")
        @Description("The number of the task, 0 if it is none")
        long task;

        @Label("Loop")
        String loop = "";
    }

    @Name(PREFIX + "LoopLag")
    @Label("Loop Lag")
    @Category("Corio")
    @Description("A task or a callback was ready, and its loop did not get to it")
    @Enabled(false)
    @Threshold("20 ms")
    @StackTrace(false)
    static final class LoopLagEvent extends Event {
        @Label("Callback")
        @Description("The name of the task, or the class of the callback")
        String callback = "";

        @Label("Task")
        @Description("The number of the task, 0 if it is none")
        long task;

        @Label("Loop")
        String loop = "";

        @Label("Lag")
        @Description(
                "How long it was ready. For a timer the event may begin earlier, with the turn in which it became due")
        @Timespan(Timespan.NANOSECONDS)
        long lag;
    }
}
