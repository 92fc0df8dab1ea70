// SPDX-License-Identifier: MIT
#include "wayland/screenshot.hpp"

#include "wayland/proxy.hpp"
#include "wayland/shm_picture.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <weston-output-capture-client.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace parallax::demo::wayland {
namespace {

/// An output's size may change while a screenshot is taken, but not each time.
constexpr int most_tries = 10;

/// What the compositor wants and says.
struct Capture {
    enum class End : std::uint8_t { none, complete, retry, failed };

    std::uint32_t fourcc = 0;
    Extent extent;
    End end = End::none;
    std::string why;
};

constexpr weston_capture_source_v1_listener capture_listener{
    .format = [](void* data, auto*,
                 std::uint32_t fourcc) { static_cast<Capture*>(data)->fourcc = fourcc; },
    .size =
        [](void* data, auto*, std::int32_t width, std::int32_t height) {
            static_cast<Capture*>(data)->extent = {.width = static_cast<std::uint32_t>(width),
                                                   .height = static_cast<std::uint32_t>(height)};
        },
    .complete = [](void* data,
                   auto*) { static_cast<Capture*>(data)->end = Capture::End::complete; },
    .retry = [](void* data, auto*) { static_cast<Capture*>(data)->end = Capture::End::retry; },
    .failed =
        [](void* data, auto*, const char* message) {
            static_cast<Capture*>(data)->end = Capture::End::failed;
            static_cast<Capture*>(data)->why = message != nullptr ? printable(message) : "";
        }};

class WestonCapture final : public Screenshooter {
public:
    WestonCapture(const Connection& connection, weston_capture_v1* factory)
        : connection_(connection),
          factory_(factory) {}

    std::expected<Picture, Reasons> screenshot(const Output& output, Interrupt unwanted) override {
        Capture capture;
        const Proxy<weston_capture_source_v1> source(::weston_capture_v1_create(
            factory_.get(), output.proxy.get(), WESTON_CAPTURE_V1_SOURCE_FRAMEBUFFER));
        ::weston_capture_source_v1_add_listener(source.get(), &capture_listener, &capture);
        connection_.round_trip(); // for the format and the size
        for (int i = 0; i < most_tries; ++i) {
            if (!std::ranges::contains(rgb_fourccs(), capture.fourcc)) {
                return std::unexpected(
                    Reasons{text::format("the compositor takes screenshots of {} in the format "
                                         "'{}', which is not known here",
                                         output.name, printable(fourcc_text(capture.fourcc)))});
            }
            const ShmPicture memory(connection_,
                                    packed_layout(capture.extent, capture.fourcc,
                                                  std::uint64_t{capture.extent.width} *
                                                      format_of(capture.fourcc).bytes()));
            capture.end = Capture::End::none;
            ::weston_capture_source_v1_capture(source.get(), memory.get());
            if (!connection_.wait([&] { return capture.end != Capture::End::none; },
                                  Connection::patience, unwanted)) {
                throw std::runtime_error("the compositor took no screenshot");
            }
            if (capture.end == Capture::End::complete) {
                return memory.read();
            }
            if (capture.end == Capture::End::failed) {
                return std::unexpected(Reasons{text::format(
                    "the compositor takes no screenshot of {} ({}); Weston takes one for any "
                    "program if it was started with --debug",
                    output.name, capture.why)});
            }
        }
        throw std::runtime_error(
            text::format("the compositor wants another screenshot of {} after {} of them",
                         output.name, most_tries));
    }

private:
    const Connection& connection_;
    Proxy<weston_capture_v1> factory_;
};

} // namespace

std::unique_ptr<Screenshooter> open_weston_capture(const Connection& connection) {
    auto* const factory = connection.bind<weston_capture_v1>(weston_capture_v1_interface, 1);
    return factory != nullptr ? std::make_unique<WestonCapture>(connection, factory) : nullptr;
}

} // namespace parallax::demo::wayland
