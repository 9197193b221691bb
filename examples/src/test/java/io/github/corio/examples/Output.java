package io.github.corio.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a program prints to standard output. */
public final class Output {
    private Output() {}

    /** Runs a program, and gives the lines it has printed. */
    public static List<String> of(Program program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        lines.forEach(before::println);
        return lines;
    }

    /** The number in front of {@code unit}, the first time it stands there. */
    static long number(String line, String unit) {
        String[] words = line.substring(0, line.indexOf(" " + unit)).split(" ", -1);
        return Long.parseLong(words[words.length - 1]);
    }

    /** A main method. */
    public interface Program {
        void run(String... args) throws Exception;
    }
}
