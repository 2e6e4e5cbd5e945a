/* A native library of another version, as far as the Java classes ask. */
#include <jni.h>

JNIEXPORT jstring JNICALL Java_org_alexnet_Native_compiledVersion(JNIEnv* env,
                                                                  jclass type) {
  (void)type;
  return (*env)->NewStringUTF(env, "7.8.9");
}
