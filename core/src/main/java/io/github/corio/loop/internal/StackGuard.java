package io.github.corio.loop.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;

/**
 * Makes sure, before something that must not be done by halves, that the stack has room for all of it: handing the baton
 * over, or waking those who wait. Without that room a {@link StackOverflowError} is thrown before anything has happened.
 *
 * <p>The JVM checks at the entry of a method that its frame fits, and counts local variables into the frame whether they are
 * used or not. So what is called here is a method with thousands of them, of a class made at runtime because no Java source
 * would want to declare them. Compiled, it leaves one store for each page of the room at the entry of the method it is
 * inlined into, and no call. {@code HeadroomTest} measures that it works, interpreted and compiled.
 *
 * @since 0.1.0
 */
public final class StackGuard {
    /** For putting something into a queue and waking its reader, on any thread: some twenty frames of the JDK and Reactor. */
    private static final Runnable TO_WAKE = room(12 * 1024);
    /** For waking from inside of a primitive: {@link #TO_WAKE}, which is asked for again there, and the frames on the way. */
    private static final Runnable TO_RELEASE = room(16 * 1024);
    /** For suspending, where the callbacks of others then run on top of this stack, which wake as well. */
    private static final Runnable TO_SUSPEND = room(24 * 1024);
    /** For suspending again in a deeper frame. */
    private static final Runnable TO_LEND = room(28 * 1024);

    /** Read by the made method. If it were final, the compiler would see that nothing can fail there, and drop the frame. */
    @SuppressWarnings({"unused", "ConstantField", "NonFinalStaticField"})
    static int[] never = {};

    private StackGuard() {}

    /**
     * There is room to put something into a loop's queue, or several things one after the other.
     *
     * @throws StackOverflowError if there is not; nothing has happened then
     */
    public static void toWake() {
        TO_WAKE.run();
    }

    /**
     * There is room to release a lock or to change a queue, with all that this wakes. Less than {@link #toSuspend}, so that
     * who could acquire a lock can release it in the same frame.
     *
     * @throws StackOverflowError if there is not; nothing has happened then
     */
    public static void toRelease() {
        TO_RELEASE.run();
    }

    /**
     * There is room to suspend, or for any operation that is more than one {@link #toWake}.
     *
     * @throws StackOverflowError if there is not; nothing has happened then
     */
    public static void toSuspend() {
        TO_SUSPEND.run();
    }

    /**
     * There is room to give something away and to {@link #toSuspend suspend} for it again, some frames further down.
     *
     * @throws StackOverflowError if there is not; nothing has happened then
     */
    public static void toLend() {
        TO_LEND.run();
    }

    private static Runnable room(int bytes) {
        try {
            return (Runnable) MethodHandles.lookup()
                    .defineHiddenClass(classWithLocals(bytes / Long.BYTES), true)
                    .lookupClass()
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * The class file of
     *
     * <pre>{@code
     * public final class Room implements Runnable {
     *     public Room() {}
     *     public void run() { int unused = StackGuard.never.length; } // and locals
     * }
     * }</pre>
     */
    private static byte[] classWithLocals(int locals) throws IOException {
        String self = StackGuard.class.getName().replace('.', '/');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xCAFEBABE);
        out.writeInt(61); // Java 17
        out.writeShort(20); // constants 1 to 19
        utf8(out, self + "$Room"); // 1
        pair(out, 7, 1); // 2: class Room
        utf8(out, "java/lang/Object"); // 3
        pair(out, 7, 3); // 4: class Object
        utf8(out, "java/lang/Runnable"); // 5
        pair(out, 7, 5); // 6: class Runnable
        utf8(out, "Code"); // 7
        utf8(out, "run"); // 8
        utf8(out, "<init>"); // 9
        utf8(out, "()V"); // 10
        pair(out, 12, 9, 10); // 11: <init>()V
        pair(out, 10, 4, 11); // 12: Object.<init>()V
        utf8(out, self); // 13
        pair(out, 7, 13); // 14: class StackGuard
        utf8(out, "never"); // 15
        utf8(out, "[I"); // 16
        pair(out, 12, 15, 16); // 17: never [I
        pair(out, 9, 14, 17); // 18: StackGuard.never
        utf8(out, "unused"); // 19
        shorts(
                out, 0x0031, 2, 4, 1, 6, 0,
                2); // public final, Room, Object, one interface: Runnable, no fields, two methods
        method(out, 9, 1, 0x2a, 0xb7, 0, 12, 0xb1); // aload_0, invokespecial Object.<init>, return
        method(out, 8, locals, 0xb2, 0, 18, 0xbe, 0x57, 0xb1); // getstatic never, arraylength, pop, return
        shorts(out, 0);
        return bytes.toByteArray();
    }

    private static void method(DataOutputStream out, int name, int locals, int... code) throws IOException {
        shorts(out, 0x0001, name, 10, 1, 7); // public, its name, ()V, one attribute: Code
        out.writeInt(12 + code.length);
        shorts(out, 1, locals);
        out.writeInt(code.length);
        for (int b : code) {
            out.writeByte(b);
        }
        shorts(out, 0, 0);
    }

    private static void utf8(DataOutputStream out, String text) throws IOException {
        out.writeByte(1);
        out.writeUTF(text);
    }

    private static void pair(DataOutputStream out, int tag, int... indices) throws IOException {
        out.writeByte(tag);
        shorts(out, indices);
    }

    private static void shorts(DataOutputStream out, int... values) throws IOException {
        for (int value : values) {
            out.writeShort(value);
        }
    }
}
