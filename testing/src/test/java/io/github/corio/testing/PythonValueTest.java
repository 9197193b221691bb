package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CPython 3.13 prints for {@code str(json.loads(…))}. */
class PythonValueTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | None",
                "true | True",
                "false | False",
                "12345678901234567890 | 12345678901234567890",
                "2.0 | 2.0",
                "-0.0 | -0.0",
                "1.5 | 1.5",
                "123456789.125 | 123456789.125",
                "0.0001 | 0.0001",
                "1e-7 | 1e-07",
                "1.5e-120 | 1.5e-120",
                "1e16 | 1e+16",
                "1e15 | 1000000000000000.0",
                "\"x\" | x",
                "[1, \"it's\", null, [true]] | [1, \"it's\", None, [True]]",
                "[\"a\\\"b'\", \"\\n\\t\\r\\\\\\u0001\"] | ['a\"b\\'', '\\n\\t\\r\\\\\\x01']",
                "{\"a\": [null], \"b\": {}} | {'a': [None], 'b': {}}"
            })
    void isShownAsByPython(String json, String shown) throws JsonProcessingException {
        assertThat(new PythonValue(new ObjectMapper().readTree(json))).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"[1, \"x\", [null, \"y\"]] | [1, x, [None, y]]", "\"x\" | x"})
    void isShownWithoutQuotesAsAResult(String json, String shown) throws JsonProcessingException {
        assertThat(new PythonValue(new ObjectMapper().readTree(json)).shown()).isEqualTo(shown);
    }
}
