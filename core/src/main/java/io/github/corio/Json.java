package io.github.corio;

import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes JSON, compact, member by member. */
final class Json {
    private final StringBuilder text = new StringBuilder();
    private boolean comma;

    Json object(Runnable members) {
        return inside('{', members, '}');
    }

    <T> Json array(Collection<? extends T> items, Consumer<? super T> item) {
        return inside('[', () -> items.forEach(item), ']');
    }

    private Json inside(char open, Runnable content, char close) {
        separate();
        text.append(open);
        comma = false;
        content.run();
        text.append(close);
        comma = true;
        return this;
    }

    Json name(String name) {
        separate();
        quote(name);
        text.append(':');
        comma = false;
        return this;
    }

    /** A string, number, truth value or null. */
    Json value(@Nullable Object value) {
        separate();
        if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            quote(value.toString());
        }
        comma = true;
        return this;
    }

    Json member(String name, @Nullable Object value) {
        return name(name).value(value);
    }

    private void separate() {
        if (comma) {
            text.append(',');
        }
    }

    private void quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
