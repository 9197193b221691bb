package io.github.corio.shop;

/** The shop does not sell that. */
final class UnknownProductException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownProductException(int product) {
        super("There is no product " + product);
    }
}
