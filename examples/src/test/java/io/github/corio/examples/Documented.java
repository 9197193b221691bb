package io.github.corio.examples;

import static javax.tools.JavaFileObject.Kind.SOURCE;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A package, a public type, or a member of one, of a published module, as its source has it. */
record Documented(
        String place, String name, Javadoc javadoc, boolean isAwaitable, boolean isOverride, List<Documented> members) {
    /** The types that {@code await} and {@code each} take. */
    private static final Set<String> AWAITABLE = Set.of(
            "Mono",
            "Flux",
            "Publisher",
            "Coroutine",
            "AsyncFuture",
            "Task",
            "Awaitable",
            "AsyncIterator",
            "AsCompleted",
            "AsCompletedIterator",
            "CompletionStage",
            "CompletableFuture");

    private static final Set<String> AWAITS = Set.of("await", "awaitSingle", "awaitThrowing", "awaitDirect");

    /** The folders of the modules that are published. */
    static List<Path> modules() {
        try (Stream<Path> folders = Files.list(Page.ROOT)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .filter(folder -> !Page.read(folder.resolve("pom.xml")).contains("<maven.deploy.skip>true"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packages and public types of a module, except those named internal. A type that is nested follows the type around it. */
    static List<Documented> typesOf(Path module) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"));
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.getParent().endsWith("internal"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(sources));
            List<Documented> types = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                new Types(DocTrees.instance(task), types).scan(unit, null);
            }
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Collects public types, and in each its public and protected members. */
    private static final class Types extends TreePathScanner<Void, @Nullable Documented> {
        private final DocTrees trees;
        private final List<Documented> types;

        Types(DocTrees trees, List<Documented> types) {
            this.trees = trees;
            this.types = types;
        }

        @Override
        public Void visitPackage(PackageTree tree, @Nullable Documented outer) {
            if (getCurrentPath().getCompilationUnit().getSourceFile().isNameCompatible("package-info", SOURCE)) {
                types.add(documented(tree, tree.getPackageName().toString(), false, false));
            }
            return null;
        }

        @Override
        public Void visitClass(ClassTree tree, @Nullable Documented outer) {
            if (isPublic(tree.getModifiers())) {
                List<Tree> above = new ArrayList<>(tree.getImplementsClause());
                if (tree.getExtendsClause() != null) {
                    above.add(tree.getExtendsClause());
                }
                Documented type = documented(
                        tree,
                        (outer == null ? "" : outer.name + ".") + tree.getSimpleName(),
                        above.stream().anyMatch(Types::isAwaitable),
                        false);
                types.add(type);
                super.visitClass(tree, type);
            }
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, @Nullable Documented type) {
            if (type != null && isPublic(tree.getModifiers())) {
                type.members.add(documented(
                        tree,
                        type.name + "." + tree.getName(),
                        isAwaitable(tree.getReturnType()) || awaits(tree),
                        tree.getModifiers().getAnnotations().stream()
                                .anyMatch(annotation -> annotation
                                        .getAnnotationType()
                                        .toString()
                                        .equals("Override"))));
            }
            return null;
        }

        @Override
        public Void visitVariable(VariableTree tree, @Nullable Documented type) {
            if (type != null && isPublic(tree.getModifiers())) {
                type.members.add(documented(tree, type.name + "." + tree.getName(), false, false));
            }
            return null;
        }

        /** Members of interfaces are public without a word. */
        private boolean isPublic(ModifiersTree modifiers) {
            Tree around = getCurrentPath().getParentPath().getLeaf();
            boolean implicitly =
                    Set.of(Tree.Kind.INTERFACE, Tree.Kind.ANNOTATION_TYPE).contains(around.getKind())
                            && !modifiers.getFlags().contains(Modifier.PRIVATE);
            return implicitly
                    || modifiers.getFlags().contains(Modifier.PUBLIC)
                    || modifiers.getFlags().contains(Modifier.PROTECTED);
        }

        private Documented documented(Tree tree, String name, boolean awaitable, boolean override) {
            TreePath path = getCurrentPath();
            CompilationUnitTree unit = path.getCompilationUnit();
            long line =
                    unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
            String file = Page.ROOT
                    .relativize(Path.of(unit.getSourceFile().toUri()))
                    .toString()
                    .replace('\\', '/');
            String comment = trees.getDocComment(path);
            return new Documented(
                    file + ":" + line,
                    name,
                    new Javadoc(comment == null ? "" : comment),
                    awaitable,
                    override,
                    new ArrayList<>());
        }

        /** By its name alone: the sources are parsed, not compiled. */
        private static boolean isAwaitable(@Nullable Tree type) {
            return type != null
                    && AWAITABLE.contains(type.toString()
                            .replaceAll("@\\w+(\\([^)]*\\))?\\s*", "")
                            .replaceAll("<.*", "")
                            .replaceAll(".*\\.", ""));
        }

        /** In its own body, not in a lambda or class that it makes. */
        private static boolean awaits(MethodTree method) {
            AtomicBoolean found = new AtomicBoolean();
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitLambdaExpression(LambdaExpressionTree tree, Void unused) {
                    return null;
                }

                @Override
                public Void visitClass(ClassTree tree, Void unused) {
                    return null;
                }

                @Override
                public Void visitMethodInvocation(MethodInvocationTree tree, Void unused) {
                    String called = tree.getMethodSelect().toString();
                    if (AWAITS.contains(called.replaceAll(".*\\.", "").strip())) {
                        found.set(true);
                    }
                    return super.visitMethodInvocation(tree, null);
                }
            }.scan(method.getBody(), null);
            return found.get();
        }
    }
}
