package org.alexnet;

/**
 * A likely class.
 *
 * @param label its name, or "class 17" where the model has none
 * @param classIndex from 0
 * @param probability 0 to 1
 */
public record Prediction(String label, int classIndex, float probability) {}
