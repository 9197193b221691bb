package io.github.corio.shop;

/** There are not so many left. */
final class SoldOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SoldOutException(String product) {
        super("There is not so much " + product + " left");
    }
}
