// SPDX-License-Identifier: MIT
// The kernel's texts of dma-bufs, in which programs choose the names: whatever they are, what comes
// of them can be shown.
#include "who/kernel_text.hpp"

#include "parallax/printable.hpp"

#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace parallax;
using namespace parallax::demo;

namespace {

void require_printable(const std::string& text) {
    test::require(printable(text) == text, "it can be shown on a terminal");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto info = who::parse_fdinfo(text)) {
        require_printable(info->exporter);
        require_printable(info->name);
    }
    for (const who::MappedRange& range : who::parse_maps(text)) {
        require_printable(range.name);
    }
    require_printable(who::parse_status(text).name);
    for (const who::BufInfo& buffer : who::parse_bufinfo(text)) {
        require_printable(buffer.exporter);
        require_printable(buffer.name);
        for (const std::string& device : buffer.devices) {
            require_printable(device);
        }
        for (const who::Fence& fence : buffer.fences) {
            require_printable(fence.text);
        }
    }
    return 0;
}
