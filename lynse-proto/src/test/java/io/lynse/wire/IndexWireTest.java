package io.lynse.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameter;
import io.lynse.model.IndexParameters;
import java.util.Arrays;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

class IndexWireTest {

    @Test
    void everyParameterHasAFieldOfItsNameAndNoOtherIsThere() {
        var fields = io.lynse.wire.v1.IndexParameters.getDescriptor().getFields();
        assertThat(fields).extracting(FieldDescriptor::getName).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(IndexParameter.values()).map(IndexParameter::text).toList());
    }

    @Test
    void everyParameterComesBackAsItWent() {
        for (String family : new String[] {"FLAT-L2", "HNSW-L2", "DISKANN-L2", "IVF-L2", "SPANN-L2"}) {
            IndexMode mode = IndexMode.parse(family).orElseThrow();
            var values = new HashMap<IndexParameter, Number>();
            for (IndexParameter parameter : IndexParameter.values()) {
                if (parameter.isFor(mode.family())) values.put(parameter, parameter == IndexParameter.ALPHA ? (Number) 1.25 : (Number) (7 + values.size()));
            }
            var parameters = new IndexParameters(values);
            assertThat(IndexWire.parameters(mode, IndexWire.message(parameters))).isEqualTo(parameters);
        }
    }

    @Test
    void whatIsOutOfItsBoundsIsRefusedByName() {
        IndexMode mode = IndexMode.parse("HNSW-L2").orElseThrow();
        var none = io.lynse.wire.v1.IndexParameters.newBuilder().setM(0).build();
        assertThatThrownBy(() -> IndexWire.parameters(mode, none)).hasMessageContaining("m must be an integer between 1 and 512: 0");
        var unsigned = io.lynse.wire.v1.IndexParameters.newBuilder().setEfSearch(-1).build(); // 4,294,967,295
        assertThatThrownBy(() -> IndexWire.parameters(mode, unsigned)).hasMessageContaining("ef_search must be");
    }
}
