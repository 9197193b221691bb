package io.github.corio.migration;

import org.openrewrite.Column;
import org.openrewrite.DataTable;
import org.openrewrite.Recipe;

/**
 * A table of the chains that {@link OperatorsToDirectStyle} has found, one a row. The Maven plugin writes it with
 * {@code -Drewrite.exportDatatables=true}.
 *
 * @since 0.1.0
 */
public final class Chains extends DataTable<Chains.Row> {
    /**
     * Makes the table of a recipe.
     *
     * @param recipe the recipe that fills it
     */
    public Chains(Recipe recipe) {
        super(recipe, "Chains of operators", "The chains that were found, whether they were rewritten, and why not.");
    }

    /**
     * A chain.
     *
     * @param sourcePath the file
     * @param method the method around it
     * @param rewritten whether it is a body now
     * @param reason why it was left alone
     */
    public record Row(
            @Column(displayName = "Source path", description = "The file.")
            String sourcePath,

            @Column(displayName = "Method", description = "The method around it.")
            String method,

            @Column(displayName = "Rewritten", description = "Whether it is a body now.")
            boolean rewritten,

            @Column(displayName = "Reason", description = "Why it was left alone.")
            String reason) {}
}
