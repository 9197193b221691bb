package io.github.corio.spring.shop;

/** The shop does not have that. */
final class UnknownProductException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownProductException(String product) {
        super("There is no " + product);
    }
}
