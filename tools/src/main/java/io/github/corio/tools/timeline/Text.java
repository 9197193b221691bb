package io.github.corio.tools.timeline;

/** Words of the application in a picture: measured, shortened and escaped. */
final class Text {
    private static final char MORE = '\u2026';

    private Text() {}

    /** In characters of a font in which all but those of East Asia have the same width. */
    static int width(String text) {
        return text.codePoints().map(Text::width).sum();
    }

    private static int width(int c) {
        return c >= 0x1100 ? 2 : 1;
    }

    /** As much of it as takes no more room than so many characters. */
    static String fitting(String text, int room) {
        if (width(text) <= room) {
            return text;
        }
        StringBuilder fitting = new StringBuilder();
        int used = 1;
        for (int c : text.codePoints().toArray()) {
            used += width(c);
            if (used > room) {
                break;
            }
            fitting.appendCodePoint(c);
        }
        return fitting.append(MORE).toString();
    }

    /** A class without its package. */
    static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** For XML, which has no way to write most control characters. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                    boolean fits = c >= ' ' && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
                    escaped.appendCodePoint(fits ? c : ' ');
                }
            }
        });
        return escaped.toString();
    }
}
