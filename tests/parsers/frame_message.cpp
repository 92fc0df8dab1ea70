// SPDX-License-Identifier: MIT
// Messages from another process: accepted or refused; an accepted one decodes to the same message
// after encoding. The first byte is the number of file descriptors.
#include "parallax/ipc/frame_message.hpp"
#include "parallax/printable.hpp"

#include "require.hpp"

#include <cstdint>

using namespace parallax;

namespace {

bool is_printable(const std::string& text) {
    return printable(text) == text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::size_t fds = size == 0 ? 0 : data[0] % 5;
    const std::span bytes = std::as_bytes(std::span(data, size)).subspan(size == 0 ? 0 : 1);
    const auto message = message::decode(bytes, fds);
    if (!message) {
        test::require(is_printable(message.error()), "a refusal can be shown on a terminal");
        return 0;
    }
    test::require(message::decode(message::encode(*message), fds) == message, "it says the same");
    if (const auto* farewell = std::get_if<message::Farewell>(&*message)) {
        test::require(is_printable(farewell->sentence), "a farewell can be shown on a terminal");
    }
    if (const auto* buffer = std::get_if<message::Buffer>(&*message)) {
        const ImageLayout& layout = buffer->layout;
        for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
            const std::uint64_t last =
                layout.offset_of(layout.extent.width - 1, layout.extent.height - 1, i);
            test::require(last + layout.format().planes.at(i).bytes <=
                              buffer->sizes.at(layout.planes.at(i).buffer),
                          "the last pixel lies inside");
        }
    }
    return 0;
}
