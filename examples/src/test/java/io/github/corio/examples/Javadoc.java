package io.github.corio.examples;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Javadoc comment, without its asterisks: its sentences, and the labels of rule 8 of CONTRIBUTING. */
record Javadoc(String comment) {
    private static final Pattern LABEL = Pattern.compile("(?s)<li>\\s*<b>([^<]*:)</b>(.*?)(?=<li>|</ul>)");
    private static final Pattern INLINE = Pattern.compile("\\{@(\\w+)((?:[^{}]|\\{[^{}]*\\})*)\\}");
    private static final Pattern BLOCK_TAG =
            Pattern.compile("(?m)^\\s*@(param|return|throws|since|see|serial|hidden)\\b");

    record Label(String name, String text) {}

    /** Without the block tags. */
    String description() {
        return BLOCK_TAG.split(comment, 2)[0];
    }

    List<Label> labels() {
        return LABEL.matcher(description())
                .results()
                .map(found -> new Label(found.group(1), words(found.group(2)).strip()))
                .toList();
    }

    boolean hasLabel(String name) {
        return labels().stream().anyMatch(label -> label.name().equals(name + ":"));
    }

    String firstSentence() {
        return sentences(description()).findFirst().orElse("");
    }

    /** Of all of it, those of its block tags as well. */
    List<String> sentences() {
        return sentences(comment).toList();
    }

    /** Where a list, a paragraph or a block tag begins, a sentence ends. */
    private static Stream<String> sentences(String comment) {
        String parts = comment.replaceAll("(?s)<pre>.*?</pre>", "\n\n")
                .replaceAll("</?(p|ul|ol|li|table|caption|thead|tbody|tr|th|td|h\\d|dl|dt|dd)\\b[^>]*>", "\n\n")
                .replaceAll("(?m)^\\s*@(param\\s+\\S+|throws\\s+\\S+|return|since|see|serial)", "\n\n");
        return Stream.of(words(parts).split("\\n\\s*\\n|(?<=[.?!])\\s+"))
                .map(sentence -> sentence.replaceAll("\\s+", " ").strip())
                .filter(sentence -> !sentence.isEmpty());
    }

    /** The words that a reader sees. Code, and a link without words of its own, count as a word. */
    private static String words(String html) {
        return INLINE.matcher(html)
                .replaceAll(Javadoc::shown)
                .replaceAll("<[^>]+>", "")
                .replaceAll("&\\w+;|&#\\w+;", "x");
    }

    private static String shown(MatchResult tag) {
        String text = tag.group(2).strip();
        boolean link = tag.group(1).startsWith("link");
        String label = link ? text.replaceFirst("^[^\\s(]+(\\([^)]*\\))?\\s*", "") : "";
        return label.isEmpty() ? "x" : Matcher.quoteReplacement(label);
    }
}
