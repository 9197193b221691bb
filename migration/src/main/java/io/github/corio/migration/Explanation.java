package io.github.corio.migration;

import java.util.ArrayList;
import java.util.List;
import org.openrewrite.java.tree.Comment;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.Statement;
import org.openrewrite.java.tree.TextComment;
import org.openrewrite.marker.Markers;

/** The comment above a statement that was left alone. A second run adds none. */
final class Explanation {
    private static final String MARK = " corio: left alone, ";

    private Explanation() {}

    static Statement above(Statement statement, String reason) {
        String text = MARK + reason;
        for (Comment comment : statement.getPrefix().getComments()) {
            if (comment instanceof TextComment present && present.getText().startsWith(MARK)) {
                return statement;
            }
        }
        Space prefix = statement.getPrefix();
        List<Comment> comments = new ArrayList<>(prefix.getComments());
        comments.add(new TextComment(false, text, prefix.getLastWhitespace(), Markers.EMPTY));
        return statement.withPrefix(prefix.withComments(comments));
    }
}
