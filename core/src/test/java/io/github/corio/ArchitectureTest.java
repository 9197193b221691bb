package io.github.corio;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "io.github.corio";

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    @DisplayName("a package uses only those below it: loop, then corio, then sync, then queue")
    void layers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .layer("loop")
                .definedBy(ROOT + ".loop..")
                .layer("corio")
                .definedBy(ROOT, ROOT + ".internal")
                .optionalLayer("sync")
                .definedBy(ROOT + ".sync..")
                .optionalLayer("queue")
                .definedBy(ROOT + ".queue")
                .whereLayer("loop")
                .mayNotAccessAnyLayer()
                .whereLayer("corio")
                .mayOnlyAccessLayers("loop")
                .whereLayer("sync")
                .mayOnlyAccessLayers("loop", "corio")
                .whereLayer("queue")
                .mayOnlyAccessLayers("loop", "corio", "sync")
                .ensureAllClassesAreContainedInArchitecture()
                .check(classes);
    }

    @Test
    @DisplayName("no two files depend on each other in a circle")
    void noCirclesBetweenFiles() {
        slices().assignedFrom(new ByFile()).should().beFreeOfCycles().check(classes);
    }

    @Test
    @DisplayName("the rules see the classes they are about, and no test")
    void seesTheClasses() {
        Stream<String> names = classes.stream().map(JavaClass::getName);
        assertThat(names)
                .contains(ROOT + ".Task", ROOT + ".loop.EventLoop")
                .doesNotContain(getClass().getName());
    }

    /** One slice for each top-level class, with all that is nested in it. */
    private static final class ByFile implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass each) {
            if (!each.getPackageName().startsWith(ROOT)) {
                return SliceIdentifier.ignore();
            }
            JavaClass outermost = each;
            while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().get();
            }
            return SliceIdentifier.of(outermost.getName());
        }

        @Override
        public String getDescription() {
            return "files";
        }
    }
}
