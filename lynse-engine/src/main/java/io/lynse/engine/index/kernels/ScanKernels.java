package io.lynse.engine.index.kernels;

import io.lynse.model.ElementType;

/** Which kernels a process scans with. Safe for several threads; the kernels that it gives are not. */
public enum ScanKernels {
    /** On the JDK's Vector API. */
    SIMD {
        @Override
        public ScanKernel over(ElementType rows) {
            return rows == ElementType.FLOAT16 ? new HalfKernel() : new SimdKernel();
        }
    },
    /** Lucene's own code, one row and query at a time. */
    STOCK {
        @Override
        public ScanKernel over(ElementType rows) {
            return new PlainKernel(rows);
        }
    };

    /** The fastest that this JVM can run. */
    public static ScanKernels best() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? SIMD : STOCK;
    }

    /** A kernel for one thread. @param rows how the rows are stored that it is to read */
    public abstract ScanKernel over(ElementType rows);
}
