package io.github.corio;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Prints trees with lines, as {@code pstree} does. What has been printed before is only named again, so a circle ends. What is too deep
 * to be read goes on further below, as a tree of its own.
 */
final class TreeLines {
    private static final int DEEPEST = 24;

    private final Set<Object> printed = new HashSet<>();
    private final StringBuilder text = new StringBuilder();

    /** Something in a tree. */
    interface Item {
        /** The same for all items that are one thing. */
        Object key();

        /** What to print, one line at least. */
        List<String> lines();

        /** What to print where it was printed before, or goes on below. */
        String again();

        Collection<? extends Item> children();
    }

    boolean has(Object key) {
        return printed.contains(key);
    }

    /** It counts as printed. */
    void skip(Object key) {
        boolean unused = printed.add(key);
    }

    void line(String line) {
        text.append(line).append('\n');
    }

    void print(Collection<? extends Item> roots) {
        ArrayDeque<Item> below = new ArrayDeque<>();
        int left = roots.size();
        for (Item root : roots) {
            print(root, "", --left == 0, 0, below);
        }
        while (!below.isEmpty()) {
            print(below.remove(), "", true, 0, below);
        }
    }

    private void print(Item item, String indent, boolean last, int depth, ArrayDeque<Item> below) {
        String first = indent + (last ? "└── " : "├── ");
        if (depth == DEEPEST && !has(item.key())) {
            below.add(item);
        }
        if (depth == DEEPEST || !printed.add(item.key())) {
            line(first + item.again());
            return;
        }
        List<String> lines = item.lines();
        Collection<? extends Item> children = item.children();
        String deeper = indent + (last ? "    " : "│   ");
        line(first + lines.get(0));
        for (String more : lines.subList(1, lines.size())) {
            line(deeper + (children.isEmpty() ? "    " : "│   ") + more);
        }
        int left = children.size();
        for (Item child : children) {
            print(child, deeper, --left == 0, depth + 1, below);
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
