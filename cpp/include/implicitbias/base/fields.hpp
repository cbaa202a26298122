// A noun lists its constructor arguments once, as `Fields`; constructors, properties, reprs, equality,
// pickling and checkpoints in Python are generated from that list.
#pragma once

#include <algorithm>
#include <cstddef>

namespace implicitbias {

template <std::size_t N>
struct FixedString {
  char text[N];
  constexpr FixedString(const char (&source)[N]) { std::copy_n(source, N, text); }
};

template <std::size_t N, std::size_t M>
constexpr FixedString<N + M - 1> operator+(const FixedString<N>& one, const FixedString<M>& other) {
  char joined[N + M - 1] = {};
  std::copy_n(other.text, M, std::copy_n(one.text, N - 1, joined));
  return joined;
}

struct Required {};

/// One constructor argument: its name, the member function that reads it back, and (for an optional
/// one) a captureless lambda that returns its default.
template <FixedString Name, auto Getter, auto Default = Required{}>
struct Field {
  static constexpr auto name = Name;
  static constexpr auto getter = Getter;
  static constexpr auto fallback = Default;
};

template <class... F>
struct Fields {};

template <class... T>
struct TypeList {};

}  // namespace implicitbias
