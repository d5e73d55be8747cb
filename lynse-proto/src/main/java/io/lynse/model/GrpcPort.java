package io.lynse.model;

/** The port rule: gRPC listens at the HTTP port + 10000, or - 10000 where that would pass 65535. */
public final class GrpcPort {

    private static final int DISTANCE = 10_000;
    private static final int HIGHEST = 65_535;

    private GrpcPort() {}

    /** @throws IllegalArgumentException if {@code httpPort} is no port */
    public static int of(int httpPort) {
        if (httpPort < 1 || httpPort > HIGHEST) throw new IllegalArgumentException("not a port: " + httpPort);
        return httpPort + DISTANCE <= HIGHEST ? httpPort + DISTANCE : httpPort - DISTANCE;
    }
}
