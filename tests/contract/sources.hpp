// SPDX-License-Identifier: MIT
#pragma once

#include "support/kernel.hpp"

#include <string>
#include <vector>

namespace parallax::test {

/// An exporter to test, with what it needs.
struct Source {
    std::string name;          ///< of the test
    std::string (*exporter)(); ///< loads its driver. @return it as given to --exporter
};

/// True if this kernel is built without the exporter.
inline bool unavailable(const std::string& exporter) {
    return exporter == "system" && !has_heaps();
}

/// Defined by each program of tests: those that it may use at a time.
std::vector<Source> sources();

} // namespace parallax::test
