package io.lynse.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/** Tells when others leave half of the machine, or of the container, unused. */
final class SpareTime {

    private static final double OTHERS_MAX = 0.5;

    private final DoubleSupplier machineLoad;
    private final DoubleSupplier ownLoad;

    /** @param machineLoad 0 to 1, since it was asked the last time; negative: not known yet @param ownLoad the part of it that is this process's */
    SpareTime(DoubleSupplier machineLoad, DoubleSupplier ownLoad) {
        this.machineLoad = machineLoad;
        this.ownLoad = ownLoad;
    }

    static SpareTime ofThisMachine() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new SpareTime(system::getCpuLoad, system::getProcessCpuLoad);
    }

    /** Since the last call. */
    boolean is() {
        double machine = machineLoad.getAsDouble();
        double own = ownLoad.getAsDouble();
        return machine >= 0 && own >= 0 && machine - own <= OTHERS_MAX;
    }
}
