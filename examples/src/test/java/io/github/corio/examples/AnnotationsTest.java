package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the sources of all published modules have to say to compilers and IDEs: null or not, and cold or not. */
class AnnotationsTest {
    /** What a type returns that does nothing until it is awaited or subscribed to. {@code Task} and {@code AsyncFuture} are at work. */
    private static final Set<String> COLD =
            Set.of("Mono", "Flux", "ParallelFlux", "Publisher", "Coroutine", "Awaitable", "AsCompleted");

    @Test
    @DisplayName("each package of a published module is @NullMarked")
    void packagesAreNullMarked() throws IOException {
        Set<Path> packages = new TreeSet<>();
        Set<Path> marked = new TreeSet<>();
        for (Path file : sources()) {
            String name = file.getFileName().toString();
            if (name.equals("package-info.java")) {
                if (Page.read(file).contains("@NullMarked")) {
                    marked.add(file.getParent());
                }
            } else if (!name.equals("module-info.java")) {
                packages.add(file.getParent());
            }
        }
        packages.removeAll(marked);
        assertThat(marked).hasSizeGreaterThan(10);
        assertThat(packages).isEmpty();
    }

    @Test
    @DisplayName("each public method that gives something cold is @CheckReturnValue")
    void coldMethodsAreChecked() throws IOException {
        List<String> unchecked = new ArrayList<>();
        int[] checked = {0};
        for (CompilationUnitTree file : parsed()) {
            boolean isInternal = String.valueOf(file.getPackageName()).endsWith(".internal");
            if (!isInternal) {
                new Methods(unchecked, checked).scan(file, null);
            }
        }
        assertThat(checked[0]).isGreaterThan(80);
        assertThat(unchecked).isEmpty();
    }

    private static Iterable<? extends CompilationUnitTree> parsed() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
            return task.parse();
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : Modules.published()) {
            try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    /** Public and protected methods of public types. */
    private static final class Methods extends TreeScanner<Void, @Nullable ClassTree> {
        private final List<String> unchecked;
        private final int[] checked;

        Methods(List<String> unchecked, int[] checked) {
            this.unchecked = unchecked;
            this.checked = checked;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable ClassTree outer) {
            boolean inInterface = outer != null && outer.getKind() == Tree.Kind.INTERFACE;
            return inInterface || isPublic(type.getModifiers()) ? super.visitClass(type, type) : null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable ClassTree type) {
            boolean isVisible =
                    (type != null && type.getKind() == Tree.Kind.INTERFACE) || isPublic(method.getModifiers());
            if (isVisible && isCold(method.getReturnType()) && !has(method, "Override")) {
                if (has(method, "CheckReturnValue")) {
                    checked[0]++;
                } else {
                    unchecked.add((type == null ? "" : type.getSimpleName() + ".") + method.getName());
                }
            }
            return null;
        }

        private static boolean isPublic(ModifiersTree modifiers) {
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || modifiers.getFlags().contains(Modifier.PROTECTED);
        }

        private static boolean isCold(@Nullable Tree type) {
            return type != null
                    && COLD.contains(
                            String.valueOf(type).replaceFirst("<.*", "").replaceFirst(".*[. ]", ""));
        }

        private static boolean has(MethodTree method, String annotation) {
            return method.getModifiers().getAnnotations().stream()
                    .map(AnnotationTree::getAnnotationType)
                    .anyMatch(type -> String.valueOf(type).endsWith(annotation));
        }
    }
}
