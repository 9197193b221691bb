package io.github.corio.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A value of a program, None among them, shown as Python shows it. */
record PythonValue(JsonNode json) {
    /** As in a list of results: the items of a list are shown as values, not as literals. */
    String shown() {
        return json.isArray() ? items(json, item -> new PythonValue(item).shown()) : toString();
    }

    /** What {@code str()} gives. */
    @Override
    public String toString() {
        return json.isTextual() ? json.textValue() : literal(json);
    }

    /** What {@code repr()} gives. */
    private static String literal(JsonNode json) {
        if (json.isNull()) {
            return "None";
        }
        if (json.isBoolean()) {
            return json.booleanValue() ? "True" : "False";
        }
        if (json.isTextual()) {
            return quoted(json.textValue());
        }
        if (json.isArray()) {
            return items(json, PythonValue::literal);
        }
        if (json.isObject()) {
            return json.properties().stream()
                    .map(entry -> quoted(entry.getKey()) + ": " + literal(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return json.isIntegralNumber() ? json.asText() : decimal(json.doubleValue());
    }

    private static String items(JsonNode list, Function<JsonNode, String> shown) {
        return StreamSupport.stream(list.spliterator(), false).map(shown).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
        StringBuilder literal = new StringBuilder(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\t' -> literal.append("\\t");
                case '\\' -> literal.append("\\\\");
                case '\'' -> literal.append(quote.equals("'") ? "\\'" : "'");
                default -> literal.append(Character.isISOControl(c) ? String.format("\\x%02x", (int) c) : c);
            }
        }
        return literal.append(quote).toString();
    }

    /** With an exponent below 1e-4 and from 1e16 on, as Python does. */
    private static String decimal(double number) {
        if (number == 0) {
            return Double.toString(number);
        }
        BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = digits.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String mantissa = digits.scaleByPowerOfTen(-exponent).toPlainString();
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
