package io.github.corio.migration;

import java.util.List;
import java.util.Random;

/** Writes methods that return random chains of operators. */
final class RandomChains {
    private final Random random;
    private int id;
    private int variables;

    RandomChains(long seed) {
        random = new Random(seed);
    }

    String source(int chains) {
        StringBuilder source = new StringBuilder("""
                package chains;

                import io.github.corio.migration.Probe;
                import io.github.corio.migration.Probe.Checked;
                import io.github.corio.migration.Probe.Unchecked;
                import java.time.Duration;
                import java.util.concurrent.CompletableFuture;
                import reactor.core.publisher.Flux;
                import reactor.core.publisher.Mono;

                public class Chains {
                """);
        for (int i = 0; i < chains; i++) {
            id = 0;
            variables = 0;
            if (i % 5 == 4) {
                source.append("    public static CompletableFuture<Integer> chain")
                        .append(i)
                        .append("(Probe p) {\n        return ")
                        .append(futures(3, List.of()))
                        .append(";\n    }\n\n");
                continue;
            }
            source.append("    public static Mono<Integer> chain").append(i).append("(Probe p) {\n        ");
            if (i % 10 == 3) {
                source.append("Mono<Integer> before = ").append(chain(3, List.of())).append(";\n        return before");
                source.append(operator(1, List.of())).append(";\n    }\n\n");
                continue;
            }
            source.append("return ").append(chain(3, List.of()))
                    .append(random.nextInt(6) == 0 ? ".doFinally(s -> p.note(\"finally\"))" : "");
            source.append(";\n    }\n\n");
        }
        return source.append("}\n").toString();
    }

    private String chain(int depth, List<String> scope) {
        StringBuilder chain = new StringBuilder(origin(scope));
        for (int i = random.nextInt(depth + 1) + (depth == 3 ? 1 : 0); i > 0; i--) {
            chain.append(operator(depth - 1, scope));
        }
        return chain.toString();
    }

    private String origin(List<String> scope) {
        int delay = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(40);
        String value = scope.isEmpty() || random.nextBoolean()
                ? "" + random.nextInt(10)
                : scope.get(random.nextInt(scope.size())) + " + 1";
        return switch (random.nextInt(14)) {
            case 0, 1 -> "p.empty(" + ++id + ", " + delay + ")";
            case 2 -> "p.fail(" + ++id + ", " + delay + ")";
            case 9 -> "Mono.just(p.f(" + ++id + ", " + value + "))";
            case 10 -> "Mono.<Integer>fromCallable(() -> p.f(" + ++id + ", " + value + "))";
            case 11 -> {
                int n = ++id;
                yield "Mono.<Integer>defer(() -> {\n int d" + n + " = p.f(" + n + ", " + value + ");\n return p.value(" + n + ", "
                        + delay + ", d" + n + ");\n })";
            }
            case 12 -> random.nextBoolean() ? "Mono.defer(p::next)" : "Mono.fromSupplier(p::number)";
            case 3 -> scope.isEmpty() ? "Mono.just(" + random.nextInt(10) + ")" : "Mono.just(" + value + ")";
            default -> "p.value(" + ++id + ", " + delay + ", " + value + ")";
        };
    }

    private String operator(int depth, List<String> scope) {
        String x = random.nextInt(3) == 0 ? "x" + variables++ : "x" + depth;
        while (scope.contains(x)) {
            x = "x" + variables++ + "n";
        }
        String wide = x;
        List<String> inner = new java.util.ArrayList<>(scope);
        inner.add(x);
        int n = ++id;
        return switch (random.nextInt(56)) {
            case 0, 1 -> ".map(" + wide + " -> p.f(" + n + ", " + wide + "))";
            case 2 -> ".map(p::g)";
            case 3 ->
                ".map(" + wide + " -> {\n int y" + n + " = p.f(" + n + ", " + wide + ");\n return y" + n + " * 2;\n })";
            case 4 -> ".map(" + wide + " -> p.nothing(" + wide + "))";
            case 5 -> ".map(" + wide + " -> p.boom(" + n + "))";
            case 6, 7, 8, 9 -> ".flatMap(" + wide + " -> " + chain(depth, inner) + ")";
            case 10 -> ".flatMap(p::twice)";
            case 11 ->
                ".flatMap(" + wide + " -> {\n if (" + wide + " % 2 == 0) {\n return Mono.<Integer>empty();\n }\n return "
                        + chain(depth, inner) + ";\n })";
            case 12, 13 -> ".filter(" + wide + " -> p.test(" + n + ", " + wide + "))";
            case 14 -> ".then(" + chain(depth, scope) + ")";
            case 15 -> ".thenReturn(" + n + ")";
            case 16 -> ".defaultIfEmpty(" + n + ")";
            case 17, 18 -> ".switchIfEmpty(" + chain(depth, scope) + ")";
            case 19 -> ".switchIfEmpty(Mono.error(new Checked(" + n + ")))";
            case 20 -> ".switchIfEmpty(Mono.defer(() -> " + chain(depth, scope) + "))";
            case 21 ->
                ".zipWith(" + chain(depth, scope) + ", (" + wide + ", z" + n + ") -> p.f(" + n + ", " + wide + " + z"
                        + n + "))";
            case 22, 23 -> ".onErrorResume(e" + n + " -> " + chain(depth, scope) + ")";
            case 24 -> ".onErrorResume(Checked.class, e" + n + " -> " + chain(depth, scope) + ")";
            case 25 ->
                random.nextBoolean() ? ".onErrorReturn(" + n + ")" : ".onErrorReturn(Unchecked.class, " + n + ")";
            case 26 -> ".onErrorMap(e" + n + " -> new Unchecked(e" + n + "))";
            case 27 -> ".onErrorMap(Checked.class, e" + n + " -> new Unchecked(e" + n + "))";
            case 28 -> ".doFinally(s -> p.note(" + n + "))";
            case 29 -> {
                List<String> both = new java.util.ArrayList<>(inner);
                both.add("y" + n);
                yield ".flatMap(" + wide + " -> Flux.range(1, 3).flatMap(y" + n + " -> "
                        + chain(Math.min(1, depth), both) + ", 2).reduce((a" + n + ", b" + n + ") -> a" + n + " + b" + n
                        + "))";
            }
            case 30 ->
                ".then(Mono.zip(" + chain(0, scope) + ", " + chain(Math.min(1, depth), scope) + ").map(t" + n
                        + " -> p.f(" + n + ", t" + n + ".getT1() + t" + n + ".getT2())))";
            case 31 -> ".thenReturn(p.f(" + n + ", " + n + "))";
            case 32 -> ".defaultIfEmpty(p.f(" + n + ", " + n + "))";
            case 33 -> ".then(Mono.just(p.f(" + n + ", 1)))";
            case 34 -> ".doOnNext(" + wide + " -> p.f(" + n + ", " + wide + "))";
            case 35 -> ".doOnSuccess(p::note)";
            case 36 -> ".doOnError(e" + n + " -> p.note(\"error of " + n + "\"))";
            case 37 -> ".doOnError(Checked.class, e" + n + " -> {\n p.note(\"checked of " + n + "\");\n })";
            case 38 -> ".filter(p::even)";
            case 39 -> ".onErrorResume(p::recovered)";
            case 40 -> ".onErrorMap(Unchecked::new)";
            case 41 -> ".zipWith(" + chain(depth, scope) + ", Integer::sum)";
            case 42 ->
                ".flatMap(" + wide + " -> p.test(" + n + ", " + wide + ") ? " + chain(depth, inner) + " : Mono.<Integer>empty())";
            case 43 ->
                ".flatMap(" + wide + " -> p.test(" + n + ", " + wide + ") ? Mono.<Integer>error(new Checked(" + n + ")) : Mono.just("
                        + wide + " + 1))";
            case 44 ->
                ".flatMap(" + wide + " -> {\n if (" + wide + " % 3 == 0) {\n return Mono.<Integer>error(new Unchecked(" + n
                        + "));\n }\n for (int i" + n + " = 0; i" + n + " < 2; i" + n + "++) {\n if (p.test(" + n + ", " + wide
                        + " + i" + n + "))\n return Mono.<Integer>empty();\n }\n return " + chain(depth, inner) + ";\n })";
            case 45 ->
                ".flatMap(" + wide + " -> {\n if (" + wide + " % 3 == 0) {\n return " + chain(depth, inner)
                        + ";\n } else if (" + wide + " > 10)\n return " + chain(depth, inner) + ";\n return "
                        + chain(depth, inner) + ";\n })";
            case 46 -> ".flatMap(" + wide + " -> {\n p.boom(" + n + ");\n return " + chain(depth, inner) + ";\n })";
            case 47 -> ".delayElement(Duration.ofMillis(" + (1 + random.nextInt(20)) + "))";
            case 48 ->
                ".onErrorResume(e" + n + " -> e" + n + " instanceof Checked, e" + n + " -> " + chain(depth, scope) + ")";
            case 49 ->
                ".onErrorResume(e" + n + " -> {\n p.note(\"resumed " + n + "\");\n return " + chain(depth, scope)
                        + ";\n })";
            case 50 -> ".map(" + wide + " -> \"s\" + " + wide + ").map(String::length)";
            case 51 ->
                ".filter(" + wide + " -> {\n int y" + n + " = p.f(" + n + ", " + wide + ");\n return y" + n
                        + " % 4 != 0;\n })";
            case 52 -> ".switchIfEmpty(Mono.error(() -> new Unchecked(p.f(" + n + ", " + n + "))))";
            case 53 -> ".then().then(" + chain(depth, scope) + ")";
            case 54 -> ".switchIfEmpty(Mono.defer(p::next))";
            default ->
                random.nextBoolean() ? ".retry(1)" : ".timeout(Duration.ofMillis(" + (3 + random.nextInt(60)) + "))";
        };
    }

    /** A chain of futures, with at least one step. */
    private String futures(int depth, List<String> scope) {
        int delay = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(40);
        StringBuilder chain = new StringBuilder("p." + (random.nextInt(5) == 0 ? "failing" : "future") + "(" + ++id
                + ", " + delay + ", " + (scope.isEmpty() ? "7" : scope.get(random.nextInt(scope.size()))) + ")");
        for (int i = random.nextInt(depth + 1) + (depth == 3 ? 1 : 0); i > 0; i--) {
            chain.append(step(depth - 1, scope));
        }
        return chain.toString();
    }

    private String step(int depth, List<String> scope) {
        int n = ++id;
        String x = "x" + n;
        List<String> inner = new java.util.ArrayList<>(scope);
        inner.add(x);
        return switch (random.nextInt(13)) {
            case 9 -> ".handle((" + x + ", e" + n + ") -> e" + n + " == null ? p.f(" + n + ", " + x + ") : " + n + ")";
            case 10 ->
                ".handle((" + x + ", e" + n + ") -> {\n if (e" + n + " != null) {\n p.note(\"failed " + n
                        + "\");\n return 3;\n }\n return p.boom(" + n + ");\n })";
            case 11 -> ".whenComplete((" + x + ", e" + n + ") -> p.note(\"done " + n + "\"))";
            case 12 ->
                ".whenComplete((" + x + ", e" + n + ") -> {\n if (e" + n + " == null) {\n p.f(" + n + ", " + x
                        + ");\n } else {\n p.note(\"failed " + n + "\");\n }\n })";
            case 0 -> ".thenApply(" + x + " -> p.f(" + n + ", " + x + "))";
            case 1 -> ".thenApply(p::g)";
            case 2 -> ".thenApply(" + x + " -> p.boom(" + n + "))";
            case 3, 4 -> ".thenCompose(" + x + " -> " + futures(depth, inner) + ")";
            case 5 -> ".thenCompose(p::later)";
            case 6 ->
                ".thenApply(" + x + " -> {\n if (" + x + " % 2 == 0) {\n return 5;\n }\n return p.f(" + n + ", " + x
                        + ");\n })";
            case 7 -> ".exceptionally(e" + n + " -> " + n + ")";
            default ->
                ".thenCompose(" + x + " -> {\n int y" + n + " = p.f(" + n + ", " + x + ");\n return p.future(" + n
                        + ", 3, y" + n + ");\n })";
        };
    }
}
