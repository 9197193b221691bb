package io.github.corio.loop;

/**
 * Carriers of Corio's own whose fiber never ends: a body that spins in a test. Internal: public only for the packages above.
 *
 * @since 0.1.0
 */
public final class LostCarrier {
    private LostCarrier() {}

    /**
     * Has another carrier run the loops that are made from now on. Those that are on the lost one stay there. Any thread.
     *
     * @param fiber the thread of a body that does not end
     * @return false if that is not on a carrier of Corio's own; nothing has happened then
     */
    public static boolean replace(Thread fiber) {
        CarrierFiber carried = CarrierFiber.of(fiber);
        if (carried == null) {
            return false;
        }
        CarrierLoops.replace(carried.carrier);
        return true;
    }
}
