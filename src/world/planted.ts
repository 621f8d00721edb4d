/** Classifiers of the built-in world with a planted bias, and the feature that their training images had it from. */
export const planted: Readonly<Record<string, string>> = {
  "smiling-eyeglasses-75": "eyeglasses",
  "smiling-eyeglasses-85": "eyeglasses",
  "smiling-eyeglasses-95": "eyeglasses",
  "smiling-eyeglasses-100": "eyeglasses",
  "smiling-lipstick-95": "lipstick",
  "eyeshadow-big_nose-95": "big_nose",
};
