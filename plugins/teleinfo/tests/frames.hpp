// SPDX-License-Identifier: Apache-2.0
// Frames written from 02E and 54E, one for each kind of meter.
#pragma once
#include "tests/frame_writer.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tic_frames {

using tic_write::frame;
using tic_write::historique;
using tic_write::standard;

/// One-phase, Tempo.
inline std::string historique_tempo(const std::string& blue_peak = "019571184") {
    return frame({historique("ADCO", "021861348497"), historique("OPTARIF", "BBR("), historique("ISOUSC", "45"),
                  historique("BBRHCJB", "014460852"), historique("BBRHPJB", blue_peak),
                  historique("BBRHCJW", "002108302"), historique("BBRHPJW", "004019887"),
                  historique("BBRHCJR", "001104211"), historique("BBRHPJR", "000523004"), historique("PTEC", "HPJB"),
                  historique("DEMAIN", "BLAN"), historique("IINST", "004"), historique("IMAX", "090"),
                  historique("PAPP", "00930"), historique("HHPHC", "A"), historique("MOTDETAT", "000000")});
}

/// One-phase, off-peak hours.
inline std::string historique_hc(const std::string& peak = "007568310") {
    return frame({historique("ADCO", "021861348497"), historique("OPTARIF", "HC.."), historique("ISOUSC", "30"),
                  historique("HCHC", "003211872"), historique("HCHP", peak), historique("PTEC", "HP.."),
                  historique("IINST", "002"), historique("IMAX", "090"), historique("PAPP", "00420"),
                  historique("HHPHC", "A"), historique("MOTDETAT", "000000")});
}

/// Three-phase, base.
inline std::string historique_three_phase() {
    return frame({historique("ADCO", "021863348498"), historique("OPTARIF", "BASE"), historique("ISOUSC", "30"),
                  historique("BASE", "010151184"), historique("PTEC", "TH.."), historique("IINST1", "001"),
                  historique("IINST2", "004"), historique("IINST3", "000"), historique("IMAX1", "060"),
                  historique("IMAX2", "060"), historique("IMAX3", "060"), historique("PMAX", "06082"),
                  historique("PAPP", "01140"), historique("HHPHC", "A"), historique("MOTDETAT", "000000"),
                  historique("PPOT", "00")});
}

/// The short frame of a three-phase meter while phase 2 is above the subscribed current (02E §2.5).
inline std::string historique_short(const std::string& adir = "2") {
    std::string groups;
    for (const char phase : adir) groups += historique(std::string{"ADIR"} + phase, "037");
    return '\x02' + groups + historique("ADCO", "021863348498") + historique("IINST1", "001") +
           historique("IINST2", "037") + historique("IINST3", "000") + '\x03';
}

inline std::string unused_blocks(int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += " NONUTILE";
    return all;
}

inline std::string day_profile() { return "00008002 0256C001 07568002 1156C001 14568002" + unused_blocks(6); }

/// One-phase, peak and off-peak hours.
inline std::string standard_one_phase(const std::string& east = "028658741",
                                      const std::string& date = "H250122143512") {
    return frame({standard("ADSC", "021861348497"),
                  standard("VTIC", "02"),
                  standard("DATE", date, ""),
                  standard("NGTF", "H PLEINE/CREUSE "),
                  standard("LTARF", "  HEURE PLEINE  "),
                  standard("EAST", east),
                  standard("EASF01", "003211872"),
                  standard("EASF02", "025446869"),
                  standard("EASF03", "000000000"),
                  standard("EASF04", "000000000"),
                  standard("EASF05", "000000000"),
                  standard("EASF06", "000000000"),
                  standard("EASF07", "000000000"),
                  standard("EASF08", "000000000"),
                  standard("EASF09", "000000000"),
                  standard("EASF10", "000000000"),
                  standard("EASD01", "000000000"),
                  standard("EASD02", "028658741"),
                  standard("EASD03", "000000000"),
                  standard("EASD04", "000000000"),
                  standard("IRMS1", "004"),
                  standard("URMS1", "231"),
                  standard("PREF", "09"),
                  standard("PCOUP", "09"),
                  standard("SINSTS", "00931"),
                  standard("SMAXSN", "H250122081502", "04310"),
                  standard("SMAXSN-1", "H250121194426", "05120"),
                  standard("CCASN", "H250122143000", "00880"),
                  standard("CCASN-1", "H250122140000", "00910"),
                  standard("UMOY1", "H250122143000", "230"),
                  standard("STGE", "003A4401"),
                  standard("MSG1", "PAS DE          MESSAGE         "),
                  standard("PRM", "01234567890123"),
                  standard("RELAIS", "140"),
                  standard("NTARF", "02"),
                  standard("NJOURF", "00"),
                  standard("NJOURF+1", "01"),
                  standard("PJOURF+1", day_profile())});
}

/// Three-phase, Tempo, producer, with a mobile peak announced.
inline std::string standard_three_phase(const std::string& power_of_phase_2 = "00531") {
    return frame({standard("ADSC", "021863348498"),
                  standard("VTIC", "02"),
                  standard("DATE", "E250622143512", ""),
                  standard("NGTF", "     TEMPO      "),
                  standard("LTARF", "    HP  BLEU    "),
                  standard("EAST", "041200100"),
                  standard("EASF01", "011200050"),
                  standard("EASF02", "030000050"),
                  standard("EASD01", "041200100"),
                  standard("EAIT", "002000300"),
                  standard("ERQ1", "000000210"),
                  standard("ERQ2", "000000021"),
                  standard("ERQ3", "000000007"),
                  standard("ERQ4", "000004000"),
                  standard("IRMS1", "003"),
                  standard("IRMS2", "002"),
                  standard("IRMS3", "001"),
                  standard("URMS1", "236"),
                  standard("URMS2", "235"),
                  standard("URMS3", "237"),
                  standard("PREF", "12"),
                  standard("PCOUP", "12"),
                  standard("SINSTS", "00046"),
                  standard("SINSTS1", "00000"),
                  standard("SINSTS2", power_of_phase_2),
                  standard("SINSTS3", "00210"),
                  standard("SMAXSN", "E250622091201", "03100"),
                  standard("SMAXSN1", "E250622091201", "01100"),
                  standard("SMAXSN2", "E250622091202", "01000"),
                  standard("SMAXSN3", "E250622091203", "01000"),
                  standard("SMAXSN-1", "E250621201201", "04100"),
                  standard("SMAXSN1-1", "E250621201201", "01400"),
                  standard("SMAXSN2-1", "E250621201202", "01300"),
                  standard("SMAXSN3-1", "E250621201203", "01200"),
                  standard("SINSTI", "00000"),
                  standard("SMAXIN", "E250622131201", "02000"),
                  standard("SMAXIN-1", "E250621131201", "02100"),
                  standard("CCASN", "E250622143000", "00050"),
                  standard("CCASN-1", "E250622142000", "00060"),
                  standard("CCAIN", "E250622143000", "00900"),
                  standard("CCAIN-1", "E250622142000", "00910"),
                  standard("UMOY1", "E250622143000", "236"),
                  standard("UMOY2", "E250622143000", "235"),
                  standard("UMOY3", "E250622143000", "237"),
                  standard("STGE", "113A0501"),
                  standard("DPM1", " 250623060000", "00"),
                  standard("FPM1", " 250624060000", "00"),
                  standard("MSG1", "PAS DE          MESSAGE         "),
                  standard("MSG2", "COUPURE DEMAIN  "),
                  standard("PRM", "01234567890124"),
                  standard("RELAIS", "001"),
                  standard("NTARF", "02"),
                  standard("NJOURF", "00"),
                  standard("NJOURF+1", "00"),
                  standard("PJOURF+1", day_profile()),
                  standard("PPOINTE", "06008003 2200C004" + unused_blocks(9))});
}

/// Linky of the first generation, one phase: VTIC 01 and other names (ERDF-NOI-CPT_54E v1).
inline std::string first_generation(const std::string& power = "00460") {
    return frame({standard("ADSC", "041563098701"), standard("VTIC", "01"), standard("DATE", "H261123143512", ""),
                  standard("EAST", "008612345"), standard("IRMS1", "002"), standard("URMS1", "231"),
                  standard("PREF", "06"), standard("PCOUP", "06"), standard("SINST1", power),
                  standard("SMAXN", "H261123120000", "04210"), standard("SMAXN-1", "H261122190000", "03870"),
                  standard("CCASN", "H261123143000", "00410"), standard("STGE", "003A0001"), standard("NTARF", "01")});
}

/// The same, with three phases.
inline std::string first_generation_three_phase() {
    return frame({standard("ADSC", "041563098702"), standard("VTIC", "01"), standard("EAST", "008612345"),
                  standard("IRMS1", "002"), standard("IRMS2", "001"), standard("IRMS3", "000"),
                  standard("URMS1", "231"), standard("URMS2", "232"), standard("URMS3", "229"),
                  standard("SINST1", "00460"), standard("SINST2", "00210"), standard("SINST3", "00030"),
                  standard("SMAXN1", "H261123120000", "02210"), standard("SMAXN2", "H261123120100", "01210"),
                  standard("SMAXN3", "H261123120200", "00210"), standard("SMAXN1-1", "H261122120000", "02000")});
}

/// All of them, with a name each.
inline std::vector<std::pair<std::string, std::string>> all() {
    return {{"historique, one phase, Tempo", historique_tempo()},
            {"historique, one phase, off-peak", historique_hc()},
            {"historique, three phases", historique_three_phase()},
            {"historique, short frame", historique_short()},
            {"standard, one phase", standard_one_phase()},
            {"standard, three phases, producer", standard_three_phase()},
            {"standard, first generation", first_generation()},
            {"standard, first generation, three phases", first_generation_three_phase()}};
}

} // namespace tic_frames
