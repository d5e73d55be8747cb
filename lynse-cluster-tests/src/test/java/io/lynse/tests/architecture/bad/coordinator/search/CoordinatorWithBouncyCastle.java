package io.lynse.tests.architecture.bad.coordinator.search;

import org.bouncycastle.crypto.digests.Blake2bDigest;

public final class CoordinatorWithBouncyCastle {
    Object see() {
        return Blake2bDigest.class;
    }
}
