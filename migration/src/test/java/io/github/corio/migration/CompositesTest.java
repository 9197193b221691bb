package io.github.corio.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openrewrite.Recipe;
import org.openrewrite.config.Environment;
import org.openrewrite.config.YamlResourceLoader;

/** Recipes that are named in a file have names and options that exist. */
class CompositesTest {
    private static final String FILE = "/META-INF/rewrite/corio.yml";

    @ParameterizedTest
    @ValueSource(strings = {"MigrateToCorio", "ExplainWhatIsLeft"})
    void areMadeOfRecipesThatExist(String name) throws IOException {
        try (InputStream file = CompositesTest.class.getResourceAsStream(FILE)) {
            Recipe recipe = Environment.builder()
                    .load(new YamlResourceLoader(
                            file, URI.create(FILE), new Properties(), CompositesTest.class.getClassLoader()))
                    .build()
                    .activateRecipes("io.github.corio.migration." + name);
            assertThat(recipe.validateAll()).allMatch(each -> each.isValid());
            assertThat(recipe.getRecipeList()).isNotEmpty();
        }
    }
}
