# find_package(alexnet) gives, each with its headers:
#   alexnet::alexnet         the library, shared
#   alexnet::convert         alexnet_convert.h, over alexnet::alexnet
#   alexnet::alexnet_static  the same as archives, for programs
#   alexnet::convert_static
# alexnet_LIBRARY_DIR is the folder of the shared libraries. Programs find them there
# until they are installed; where they then look is said by INSTALL_RPATH.
get_filename_component(_alexnet_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(alexnet_LIBRARY_DIR "${_alexnet_prefix}/lib")

# _alexnet_library(TARGET SHARED|STATIC FILE LIBRARY...)
function(_alexnet_library target kind file)
  if(TARGET ${target})
    return()
  endif()
  set(path "${alexnet_LIBRARY_DIR}/${file}")
  if(NOT EXISTS "${path}")
    message(FATAL_ERROR "alexnet: there is no ${path}; unpack the distribution again")
  endif()
  add_library(${target} ${kind} IMPORTED)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${path}"
    INTERFACE_INCLUDE_DIRECTORIES "${_alexnet_prefix}/include"
    INTERFACE_LINK_LIBRARIES "${ARGN}")
  if(kind STREQUAL SHARED)
    set_target_properties(${target} PROPERTIES IMPORTED_SONAME "${file}")
  endif()
endfunction()

_alexnet_library(alexnet::alexnet SHARED libalexnet.so.0)
_alexnet_library(alexnet::convert SHARED libalexnet_convert.so.0 alexnet::alexnet)
_alexnet_library(alexnet::alexnet_static STATIC static/libalexnet.a
  stdc++ m dl rt pthread)
_alexnet_library(alexnet::convert_static STATIC static/libalexnet_convert.a
  alexnet::alexnet_static)
unset(_alexnet_prefix)
