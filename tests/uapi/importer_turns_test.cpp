// SPDX-License-Identifier: MIT
//
// One or two devices and the CPU in turn, in every order of attaching and with every kind of
// access.
#include "uapi/device.hpp"

#include <array>
#include <memory>
#include <ostream>
#include <utility>

namespace uapi {
namespace {

/// One or two devices, in the order in which they attach, and the kind of the CPU's access.
struct Turns {
    std::vector<__u32> directions;
    __u64 access;
};

std::ostream& operator<<(std::ostream& out, const Turns& turns) {
    constexpr std::array devices = {"", "display", "camera", "both ways"};
    constexpr std::array accesses = {"", "reads", "writes", "reads and writes"};
    for (const __u32 direction : turns.directions) {
        out << devices.at(direction) << ", ";
    }
    return out << "CPU " << accesses.at(turns.access);
}

std::vector<Turns> all_turns() {
    std::vector<Turns> turns;
    for (const __u64 access : {DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE, DMA_BUF_SYNC_RW}) {
        for (const __u32 first : {IMPORTER_TO_DEVICE, IMPORTER_FROM_DEVICE, IMPORTER_BOTH_WAYS}) {
            turns.push_back({{first}, access});
            for (const __u32 second :
                 {IMPORTER_TO_DEVICE, IMPORTER_FROM_DEVICE, IMPORTER_BOTH_WAYS}) {
                turns.push_back({{first, second}, access});
            }
        }
    }
    return turns;
}

/// A buffer of three parts: the CPU writes the second, a device the third, the first stays.
class SharedBuffer {
public:
    static inline const std::size_t part = 64 * page;
    static inline const std::size_t bytes = 3 * part;

    explicit SharedBuffer(Turns turns) : turns_(std::move(turns)) {
        stamp(map_.begin(), part, 10);
        stamp(map_.at(part), part, 20, part / page);
        stamp(map_.at(2 * part), part, 30, 2 * part / page);
    }

    void attach() {
        for (const __u32 direction : turns_.directions) {
            devices_.push_back(std::make_unique<Device>(buffer_, direction));
        }
    }

    /// The one device that may write. With two, each has a copy of the whole buffer where DMA is
    /// bounced, and the kernel does not say which bytes are newer.
    [[nodiscard]] Device* writer() const {
        Device* found = nullptr;
        for (std::size_t i = 0; i < devices_.size(); ++i) {
            if (turns_.directions.at(i) != IMPORTER_TO_DEVICE) {
                if (found != nullptr) {
                    return nullptr;
                }
                found = devices_.at(i).get();
            }
        }
        return found;
    }

    void device_writes(std::uint64_t seed) {
        if (Device* device = writer()) {
            device->write(2 * part, part, seed);
            third_ = seed;
        }
    }

    void cpu_writes_in_its_bracket(std::uint64_t seed) {
        if (cpu_writes()) {
            stamp(map_.at(part), part, seed, part / page);
            second_ = seed;
        }
    }

    void expect_cpu_sees_all(const char* when) {
        EXPECT_EQ(first_wrong(map_.begin(), part, 10), -1) << when;
        EXPECT_EQ(first_wrong(map_.at(part), part, second_, part / page), -1)
            << when << ", what the CPU wrote";
        EXPECT_EQ(first_wrong(map_.at(2 * part), part, third_, 2 * part / page), -1)
            << when << ", what a device wrote";
    }

    void expect_devices_see_all(const char* when) {
        for (const auto& device : devices_) {
            EXPECT_EQ(device->first_wrong(0, part, 10), -1) << when;
            EXPECT_EQ(device->first_wrong(part, part, second_), -1)
                << when << ", what the CPU wrote";
            EXPECT_EQ(device->first_wrong(2 * part, part, third_), -1)
                << when << ", what a device wrote";
        }
    }

    void detach() { devices_.clear(); }

    [[nodiscard]] const UniqueFd& buffer() const { return buffer_; }

private:
    [[nodiscard]] bool cpu_writes() const { return turns_.access != DMA_BUF_SYNC_READ; }

    Turns turns_;
    UniqueFd node_ = open_node();
    UniqueFd buffer_ = allocate(node_, bytes);
    Map map_{buffer_, bytes};
    std::vector<std::unique_ptr<Device>> devices_;
    std::uint64_t second_ = 20;
    std::uint64_t third_ = 30;
};

TEST(ImporterTurns, LoseNothing) {
    for (const Turns& turns : all_turns()) {
        SCOPED_TRACE(turns);
        SharedBuffer shared(turns);
        shared.attach();
        for (std::uint64_t round = 0; round < 3; ++round) {
            shared.device_writes(300 + round);
            {
                const Sync sync(shared.buffer(), turns.access);
                shared.expect_cpu_sees_all("after START");
                shared.cpu_writes_in_its_bracket(200 + round);
            }
            shared.expect_devices_see_all("after END");
        }
        shared.device_writes(310);
        shared.detach();
        shared.expect_cpu_sees_all("after the devices are gone");
    }
}

TEST(ImporterTurns, LoseNothingIfDevicesComeAndGoInTheBracket) {
    for (const Turns& turns : all_turns()) {
        SCOPED_TRACE(turns);
        SharedBuffer shared(turns);
        shared.attach();
        shared.device_writes(300);
        {
            const Sync sync(shared.buffer(), turns.access);
            shared.cpu_writes_in_its_bracket(200);
            shared.detach();
            shared.expect_cpu_sees_all("after the devices are gone");
            shared.cpu_writes_in_its_bracket(201);
            shared.attach();
            shared.detach();
            shared.expect_cpu_sees_all("after they are gone again");
            shared.attach();
            shared.cpu_writes_in_its_bracket(202);
        }
        shared.expect_devices_see_all("after END");
        shared.detach();
        shared.expect_cpu_sees_all("after END and the devices");
    }
}

} // namespace
} // namespace uapi
