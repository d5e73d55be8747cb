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

    /** The lowest HTTP port that a gRPC port belongs to. @throws IllegalArgumentException if there is none */
    public static int httpPort(int grpcPort) {
        for (int httpPort : new int[] {grpcPort - DISTANCE, grpcPort + DISTANCE}) {
            if (httpPort >= 1 && httpPort <= HIGHEST && of(httpPort) == grpcPort) return httpPort;
        }
        throw new IllegalArgumentException("no gRPC port: " + grpcPort);
    }
}
