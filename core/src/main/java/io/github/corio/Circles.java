package io.github.corio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds circles in a graph: a walk in depth, without recursion, since chains may be long. */
final class Circles<N> {
    private static final int MOST = 100;

    private final Function<N, List<N>> next;
    private final IdentityHashMap<N, Boolean> onPath = new IdentityHashMap<>();
    private final Map<N, Iterator<N>> path = new LinkedHashMap<>();
    private final List<List<N>> found = new ArrayList<>();

    private Circles(Function<N, List<N>> next) {
        this.next = next;
    }

    /** Circles, one at least where there is one, each as the nodes on it in order. */
    static <N> List<List<N>> in(Collection<N> nodes, Function<N, List<N>> next) {
        Circles<N> circles = new Circles<>(next);
        nodes.forEach(circles::walk);
        return circles.found;
    }

    private void walk(N root) {
        Deque<N> stack = new ArrayDeque<>();
        enter(root, stack);
        while (!stack.isEmpty() && found.size() < MOST) {
            N at = stack.peek();
            Iterator<N> rest = path.get(at);
            if (rest == null || !rest.hasNext()) {
                N unused = stack.pop();
                path.keySet().remove(at);
                onPath.put(at, false);
                continue;
            }
            N to = rest.next();
            if (Boolean.TRUE.equals(onPath.get(to))) {
                close(to);
            } else {
                enter(to, stack);
            }
        }
        path.clear();
    }

    private void enter(N node, Deque<N> stack) {
        if (!onPath.containsKey(node)) {
            onPath.put(node, true);
            path.put(node, next.apply(node).iterator());
            stack.push(node);
        }
    }

    private void close(N first) {
        List<N> circle = new ArrayList<>();
        for (N node : path.keySet()) {
            if (node == first || !circle.isEmpty()) {
                circle.add(node);
            }
        }
        found.add(circle);
    }
}
