// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/system_call.hpp"
#include "parallax/v4l2/camera.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace parallax::test {

/// The controls of vivid, the kernel's test driver: drivers/media/test-drivers/vivid/vivid-ctrls.c.
enum class VividControl : std::uint32_t {
    test_pattern = 0xf0f000 + 0,
    dv_timings_signal = 0xf0f000 + 62,
    dropped_percent = 0xf0f000 + 64,
    disconnect = 0xf0f000 + 65,
    corrupt_next_frame = 0xf0f000 + 66,
    start_fails = 0xf0f000 + 69,
    fatal_error = 0xf0f000 + 70,
};

/// vivid with one capture device, while this object lives.
class Vivid {
public:
    enum Input { webcam = 0, television = 1, hdmi = 3 };

    /// @param parameters of the module, beside those of the one input.
    explicit Vivid(Input input = webcam, const std::string& parameters = "") {
        run("modprobe -r vivid && modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 "
            "input_types=" +
            std::to_string(input) + " " + parameters);
    }
    Vivid(const Vivid&) = delete;
    Vivid& operator=(const Vivid&) = delete;
    Vivid(Vivid&&) = delete;
    Vivid& operator=(Vivid&&) = delete;
    ~Vivid() { run("modprobe -r vivid"); }

    /// The node that vivid made.
    [[nodiscard]] static std::string node() {
        const auto camera = v4l2::Camera::open("");
        return camera ? camera->device().path() : camera.error().front();
    }

    static void set(VividControl control, std::int32_t value = 1) {
        const UniqueFd fd(::open(node().c_str(), O_RDWR | O_CLOEXEC));
        v4l2_control wanted{.id = static_cast<std::uint32_t>(control), .value = value};
        EXPECT_EQ(retry_ioctl(fd.get(), VIDIOC_S_CTRL, &wanted), 0) << static_cast<int>(control);
    }

    /// True while another program has buffers of the camera.
    [[nodiscard]] static bool in_use() {
        const UniqueFd fd(::open(node().c_str(), O_RDWR | O_CLOEXEC));
        const auto camera = v4l2::Camera::open("");
        v4l2_requestbuffers none{};
        none.type = camera->type();
        none.memory = V4L2_MEMORY_DMABUF;
        return retry_ioctl(fd.get(), VIDIOC_REQBUFS, &none) != 0 && errno == EBUSY;
    }

private:
    static void run(const std::string& command) {
        EXPECT_EQ(std::system(command.c_str()), 0) << command; // NOLINT(cert-env33-c)
    }
};

} // namespace parallax::test
