"""Makes scaled.keras, as the guide has it, and lambda.keras, which is refused. Run with Keras 3."""

import keras


@keras.saving.register_keras_serializable(package="my")
class Scale(keras.layers.Layer):
    def __init__(self, start_value=1.0, **options):
        super().__init__(**options)
        self.start_value = start_value

    def build(self, input_shape):
        start = keras.initializers.Constant(self.start_value)
        self.factor = self.add_weight(shape=(), initializer=start, name="factor")

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "start_value": self.start_value}


model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), Scale(2.0)])
model.save("scaled.keras")

layers = [keras.Input((2,)), keras.layers.Dense(3), keras.layers.Lambda(lambda x: 2 * x)]
keras.Sequential(layers).save("lambda.keras")
