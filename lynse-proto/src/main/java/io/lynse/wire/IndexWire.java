package io.lynse.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import java.util.HashMap;
import java.util.Map;

/** The parameters of an index as a message: one field each, under the parameter's own name. */
public final class IndexWire {

    private IndexWire() {}

    public static io.lynse.wire.v1.IndexParameters message(IndexParameters parameters) {
        var out = io.lynse.wire.v1.IndexParameters.newBuilder();
        var type = io.lynse.wire.v1.IndexParameters.getDescriptor();
        parameters.values().forEach((parameter, value) -> out.setField(type.findFieldByName(parameter.text()), value));
        return out.build();
    }

    /**
     * @param mode decides which of them count
     * @throws io.lynse.error.LynseException InvalidArgument, naming one that is out of its bounds
     */
    public static IndexParameters parameters(IndexMode mode, io.lynse.wire.v1.IndexParameters message) {
        var given = new HashMap<String, Object>();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) given.put(field.getKey().getName(), field.getValue());
        return IndexParameters.of(mode, given);
    }
}
