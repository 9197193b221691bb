package io.github.corio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corio.Asyncio;
import io.github.corio.bridge.From;
import io.github.corio.testing.TestLoop;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the public API against {@code docs/api.txt}, so that a change of it is seen in a diff. */
class ApiTest {
    private static final Path FILE =
            Path.of(System.getProperty("basedir", "."), "..", "docs", "api.txt").normalize();

    @Test
    @DisplayName("the public API is what docs/api.txt says; -Dcorio.docs.update=true writes the file")
    void asWritten() throws IOException, URISyntaxException {
        String api = api();
        if (Boolean.getBoolean("corio.docs.update")) {
            Files.writeString(FILE, api);
        }
        assertThat(api).isEqualTo(Files.readString(FILE));
    }

    @Test
    @DisplayName("no signature of the API has a type of a package named internal in it")
    void showsNoInternals() throws IOException, URISyntaxException {
        List<String> members =
                api().lines().filter(line -> line.startsWith("    ")).toList();
        assertThat(members).hasSizeGreaterThan(400).noneMatch(line -> line.contains(".internal."));
    }

    private static String api() throws IOException, URISyntaxException {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> module : List.of(Asyncio.class, From.class, TestLoop.class)) {
            types.addAll(publicTypes(module));
        }
        long members = types.stream().mapToLong(type -> members(type).size()).sum();
        return "# The public API of core, reactor-bridge and testing: " + types.size() + " types, " + members
                + " members.\n" + types.stream().map(ApiTest::described).collect(Collectors.joining());
    }

    private static List<Class<?>> publicTypes(Class<?> module) throws IOException, URISyntaxException {
        URI place = module.getProtectionDomain().getCodeSource().getLocation().toURI();
        if (Files.isDirectory(Path.of(place))) {
            return publicTypes(module, Path.of(place));
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place), Map.of())) {
            return publicTypes(module, jar.getPath("/"));
        }
    }

    private static List<Class<?>> publicTypes(Class<?> module, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.startsWith("io") && name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replaceAll("[/\\\\]", "."))
                    .filter(name -> !name.contains(".internal.") && !name.endsWith("package-info"))
                    .sorted()
                    .flatMap(name -> load(module, name))
                    .filter(ApiTest::isPublic)
                    .collect(Collectors.toList());
        }
    }

    /** Nothing for a provider to a library that is not on this class path: it is found by that library only. */
    private static Stream<Class<?>> load(Class<?> module, String name) {
        try {
            Class<?> type = Class.forName(name, false, module.getClassLoader());
            int unused = type.getDeclaredMethods().length; // links it
            return Stream.of(type);
        } catch (NoClassDefFoundError withoutLibrary) {
            return Stream.empty();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers())
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (outer == null || isPublic(outer));
    }

    private static String described(Class<?> type) {
        String kind = type.isAnnotation()
                ? "annotation"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        boolean isFinal = Modifier.isFinal(type.getModifiers()) && !type.isRecord() && !type.isEnum();
        boolean isAbstract = Modifier.isAbstract(type.getModifiers()) && !type.isInterface();
        return "\n" + (isAbstract ? "abstract " : "") + (isFinal ? "final " : "") + kind + " " + type.getName() + "\n"
                + members(type).stream().map(line -> "    " + line + "\n").collect(Collectors.joining());
    }

    private static List<String> members(Class<?> type) {
        Stream<Field> fields = Arrays.stream(type.getDeclaredFields());
        Stream<Constructor<?>> constructors = Arrays.stream(type.getDeclaredConstructors());
        Stream<Method> methods = Arrays.stream(type.getDeclaredMethods());
        return Stream.<Stream<? extends Member>>of(fields, constructors, methods)
                .flatMap(each -> each)
                .filter(member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                .filter(member -> !member.isSynthetic())
                .map(member -> signature(type, member))
                .sorted()
                .toList();
    }

    private static String signature(Class<?> type, Member member) {
        String text = member instanceof Executable executable
                ? executable.toGenericString()
                : ((Field) member).toGenericString();
        return text.replace("java.lang.", "")
                .replace(type.getName() + ".", "")
                .replaceAll("^public ", "")
                .replaceAll("\\b(synchronized|native|transient|volatile) ", "");
    }
}
