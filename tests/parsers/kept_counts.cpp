// SPDX-License-Identifier: MIT
// The bench's counted costs, JSON: read or refused, and what is read is written as it was.
#include "kept_counts.hpp"

#include "require.hpp"

#include <cstdint>
#include <stdexcept>
#include <string_view>

using namespace parallax;
using bench::KeptCounts;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const std::string_view text(reinterpret_cast<const char*>(data), size);
        const KeptCounts kept = KeptCounts::parse(text, "the file");
        test::require(KeptCounts::parse(kept.text(), "it") == kept, "it is written as it was");
    } catch (const std::runtime_error& error) {
        test::require(std::string_view(error.what()).starts_with("the file "), "it is named");
    }
    return 0;
}
